import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"

const autonomyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/autonomy",
  component: lazyRouteComponent(() => import("./autonomy-page"), "AutonomyPage"),
})

export const routes = [autonomyRoute] as const
