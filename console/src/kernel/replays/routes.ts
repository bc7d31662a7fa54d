import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { uuid } from "@/ui/search-params"

export const replaysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/replays",
  validateSearch: (raw: Record<string, unknown>): { after?: string } => ({ after: uuid(raw, "after") }),
  component: lazyRouteComponent(() => import("./replays-page"), "ReplaysPage"),
})

export const replayRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/replays/$replayId",
  component: lazyRouteComponent(() => import("./replay-page"), "ReplayPage"),
})

export const routes = [replaysRoute, replayRoute] as const
