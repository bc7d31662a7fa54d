import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"

const ledgerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/ledger",
  component: lazyRouteComponent(() => import("./ledger-page"), "LedgerPage"),
})

export const routes = [ledgerRoute] as const
