import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readSearch } from "./search"

const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/audit",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./audit-page"), "AuditPage"),
})

export const routes = [auditRoute] as const
