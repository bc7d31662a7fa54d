import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"

export const decisionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/decisions",
  component: lazyRouteComponent(() => import("./decisions-page"), "DecisionsPage"),
})

export const decisionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/decisions/$decisionId",
  component: lazyRouteComponent(() => import("./decision-page"), "DecisionPage"),
})

export const routes = [decisionsRoute, decisionRoute] as const
