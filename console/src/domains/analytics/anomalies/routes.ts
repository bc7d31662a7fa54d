import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"

const anomaliesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/anomalies",
  component: lazyRouteComponent(() => import("./anomalies-page"), "AnomaliesPage"),
})

export const routes = [anomaliesRoute] as const
