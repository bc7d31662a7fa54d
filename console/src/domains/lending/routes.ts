import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { showSubjects } from "@/kernel/decisions/subjects"
import { routes as collections } from "./collections/routes"
import { routes as ledger } from "./ledger/routes"
import { routes as letters } from "./letters/routes"
import { routes as loans } from "./loans/routes"
import { routes as portfolio } from "./portfolio/routes"
import { readApplicationSearch, readProductSearch } from "./search"

showSubjects("lending.application", { name: "application", to: (id) => `/applications/${id}` })

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
