import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { showSubjects } from "@/kernel/decisions/subjects"
import { routes as collections } from "./collections/routes"
import { routes as ledger } from "./ledger/routes"
import { routes as letters } from "./letters/routes"
import { routes as loans } from "./loans/routes"
import { routes as portfolio } from "./portfolio/routes"
import { readApplicationSearch, readProductSearch } from "./search"

const loanOf = (_id: string, { loan_id }: Record<string, unknown>) =>
  typeof loan_id === "string" ? `/loans/${loan_id}` : null
showSubjects("lending.application", {
  name: "application",
  to: (id) => `/applications/${id}`,
  amendable: ["amount", "term_months"],
})
showSubjects("lending.offer", {
  name: "application",
  to: (_id, { application_id }) => (typeof application_id === "string" ? `/applications/${application_id}` : null),
  amendable: ["amount", "term_months", "rate"],
  shows: [
    "rate",
    "list_rate",
    "apr",
    "effective_rate",
    "risk_band",
    "probability_of_default",
    "instalment",
    "instalment_to_income",
    "above_approved",
  ],
})
// These are let happen or not; nothing about them can be changed by an answer but the action.
showSubjects("lending.disbursement", {
  name: "loan",
  to: loanOf,
  amendable: [],
  shows: ["paid_out", "loan_amount", "tranche", "tranches", "paid_before", "open_conditions", "days_since_acceptance"],
})
showSubjects("lending.collection", { name: "loan", to: loanOf, amendable: [] })

const applicationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/applications",
  validateSearch: readApplicationSearch,
  component: lazyRouteComponent(() => import("./applications-page"), "ApplicationsPage"),
})

const applicationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/applications/$applicationId",
  component: lazyRouteComponent(() => import("./application-page"), "ApplicationPage"),
})

const productsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/products",
  component: lazyRouteComponent(() => import("./products-page"), "ProductsPage"),
})

const productRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/products/$key",
  validateSearch: readProductSearch,
  component: lazyRouteComponent(() => import("./product-page"), "ProductPage"),
})

export const routes = [
  applicationsRoute,
  applicationRoute,
  productsRoute,
  productRoute,
  ...loans,
  ...collections,
  ...portfolio,
  ...letters,
  ...ledger,
] as const
