import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { oneOf } from "@/ui/search-params"
import { PERIODS, type Period } from "./period"

export const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin/autonomous-business",
  validateSearch: (raw: Record<string, unknown>): { period?: Period } => ({ period: oneOf(raw, "period", PERIODS) }),
  component: lazyRouteComponent(() => import("./overview-page"), "OverviewPage"),
})

export const routes = [overviewRoute] as const
