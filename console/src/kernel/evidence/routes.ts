import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"

export const evidenceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/evidence",
  component: lazyRouteComponent(() => import("./evidence-page"), "EvidencePage"),
})

export const routes = [evidenceRoute] as const
