import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"

export const policiesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/policy",
  component: lazyRouteComponent(() => import("./policies-page"), "PoliciesPage"),
})

export const policyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/policy/$kind",
  component: lazyRouteComponent(() => import("./policy-page"), "PolicyPage"),
})

export const routes = [policiesRoute, policyRoute] as const
