import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readPortfolioSearch } from "./search"

const portfolioRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/portfolio",
  validateSearch: readPortfolioSearch,
  component: lazyRouteComponent(() => import("./portfolio-page"), "PortfolioPage"),
})

export const routes = [portfolioRoute] as const
