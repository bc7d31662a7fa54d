import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readAddSearch, readDatasetSearch, readDatasetsSearch } from "./search"

export const datasetsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/datasets",
  validateSearch: readDatasetsSearch,
  component: lazyRouteComponent(() => import("./datasets-page"), "DatasetsPage"),
})

export const addDataRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/datasets/new",
  validateSearch: readAddSearch,
  component: lazyRouteComponent(() => import("./add-data-page"), "AddDataPage"),
})

export const datasetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/datasets/$datasetId",
  validateSearch: readDatasetSearch,
  component: lazyRouteComponent(() => import("./dataset-page"), "DatasetPage"),
})

export const routes = [datasetsRoute, addDataRoute, datasetRoute] as const
