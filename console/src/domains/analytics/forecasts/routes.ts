import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readForecastSearch, readForecastsSearch } from "./search"

export const forecastsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/forecasts",
  validateSearch: readForecastsSearch,
  component: lazyRouteComponent(() => import("./forecasts-page"), "ForecastsPage"),
})

export const forecastRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/forecasts/$forecastId",
  validateSearch: readForecastSearch,
  component: lazyRouteComponent(() => import("./forecast-page"), "ForecastPage"),
})

export const routes = [forecastsRoute, forecastRoute] as const
