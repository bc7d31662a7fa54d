import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"

const loansRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/loans",
  component: lazyRouteComponent(() => import("./loans-page"), "LoansPage"),
})

const loanRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/loans/$loanId",
  component: lazyRouteComponent(() => import("./loan-page"), "LoanPage"),
})

export const routes = [loansRoute, loanRoute] as const
