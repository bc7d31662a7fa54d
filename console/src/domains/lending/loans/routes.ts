import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readLoanSearch, readLoansSearch } from "./search"

const loansRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/loans",
  validateSearch: readLoansSearch,
  component: lazyRouteComponent(() => import("./loans-page"), "LoansPage"),
})

const loanRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/loans/$loanId",
  validateSearch: readLoanSearch,
  component: lazyRouteComponent(() => import("./loan-page"), "LoanPage"),
})

export const routes = [loansRoute, loanRoute] as const
