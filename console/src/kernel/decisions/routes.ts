import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { flag } from "@/ui/search-params"
import { readSearch } from "./search"

const decisionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/decisions",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./decisions-page"), "DecisionsPage"),
})

export const decisionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/decisions/$decisionId",
  /** `raw`: the record as the API gives it. */
  validateSearch: (raw: Record<string, unknown>): { raw?: true } => ({ raw: flag(raw, "raw") }),
  component: lazyRouteComponent(() => import("./decision-page"), "DecisionPage"),
})

export const routes = [decisionsRoute, decisionRoute] as const
