import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readSearch } from "./search"

export const approvalsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/approvals",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./approvals-page"), "ApprovalsPage"),
})

export const routes = [approvalsRoute] as const
