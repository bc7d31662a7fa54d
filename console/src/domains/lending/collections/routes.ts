import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readQueueSearch } from "./search"

const collectionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/collections",
  validateSearch: readQueueSearch,
  component: lazyRouteComponent(() => import("./collections-page"), "CollectionsPage"),
})

export const routes = [collectionsRoute] as const
