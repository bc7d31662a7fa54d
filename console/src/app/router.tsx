import type { QueryClient } from "@tanstack/react-query"
import { createRouter } from "@tanstack/react-router"
import * as analytics from "@/domains/analytics/routes"
import * as lending from "@/domains/lending/routes"
import * as alerts from "@/kernel/alerts/routes"
import * as approvals from "@/kernel/approvals/routes"
import * as audit from "@/kernel/audit/routes"
import * as autonomy from "@/kernel/autonomy/routes"
import * as decisions from "@/kernel/decisions/routes"
import * as evidence from "@/kernel/evidence/routes"
import * as lists from "@/kernel/lists/routes"
import * as overview from "@/kernel/overview/routes"
import * as policies from "@/kernel/policies/routes"
import * as privacy from "@/kernel/privacy/routes"
import * as replays from "@/kernel/replays/routes"
import * as settings from "@/kernel/settings/routes"
import * as system from "@/kernel/system/routes"
import * as tasks from "@/kernel/tasks/routes"
import { homeRoute, PagePending, rootRoute } from "./root"

const routeTree = rootRoute.addChildren([
  homeRoute,
  ...overview.routes,
  ...approvals.routes,
  ...decisions.routes,
  ...lending.routes,
  ...analytics.routes,
  ...alerts.routes,
  ...tasks.routes,
  ...policies.routes,
  ...lists.routes,
  ...autonomy.routes,
  ...replays.routes,
  ...audit.routes,
  ...privacy.routes,
  ...evidence.routes,
  ...system.routes,
  ...settings.routes,
])

export const buildRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingMs: 150,
    defaultPendingComponent: PagePending,
  })

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof buildRouter>
  }
}
