import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readForecastsSearch } from "./search"

export const forecastsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/forecasts",
  validateSearch: readForecastsSearch,
  component: lazyRouteComponent(() => import("./forecasts-page"), "ForecastsPage"),
})

export const routes = [forecastsRoute] as const
