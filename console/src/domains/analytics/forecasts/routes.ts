import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"

const forecastsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/forecasts",
  component: lazyRouteComponent(() => import("./forecasts-page"), "ForecastsPage"),
})

export const routes = [forecastsRoute] as const
