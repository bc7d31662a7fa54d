import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readInsightSearch } from "./search"

export const insightRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/analytics",
  validateSearch: readInsightSearch,
  component: lazyRouteComponent(() => import("./insight-page"), "InsightPage"),
})

export const routes = [insightRoute] as const
