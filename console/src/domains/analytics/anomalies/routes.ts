import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readSearch } from "./search"

export const anomaliesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/anomalies",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./anomalies-page"), "AnomaliesPage"),
})

export const routes = [anomaliesRoute] as const
