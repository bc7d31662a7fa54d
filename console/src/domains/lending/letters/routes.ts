import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readLetterSearch } from "./search"

const lettersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/letters",
  validateSearch: readLetterSearch,
  component: lazyRouteComponent(() => import("./letters-page"), "LettersPage"),
})

export const routes = [lettersRoute] as const
