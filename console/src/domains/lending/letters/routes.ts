import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"

const lettersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/letters",
  component: lazyRouteComponent(() => import("./letters-page"), "LettersPage"),
})

export const routes = [lettersRoute] as const
