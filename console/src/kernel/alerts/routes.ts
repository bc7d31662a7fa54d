import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readSearch } from "./search"

const alertsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/alerts",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./alerts-page"), "AlertsPage"),
})

export const routes = [alertsRoute] as const
