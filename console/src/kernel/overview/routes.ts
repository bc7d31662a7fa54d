import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"

export const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin/autonomous-business",
  component: lazyRouteComponent(() => import("./overview-page"), "OverviewPage"),
})

export const routes = [overviewRoute] as const
