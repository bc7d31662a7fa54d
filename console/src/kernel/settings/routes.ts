import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { uuid } from "@/ui/search-params"

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/$section", params: { section: "organization" }, replace: true })
  },
})

/** What is left when the last organisation was removed: what to do next. */
const removedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings/demo-removed",
  component: lazyRouteComponent(() => import("./demo-removed-page"), "DemoRemovedPage"),
})

export const settingsSectionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings/$section",
  validateSearch: (raw: Record<string, unknown>): { after?: string } => ({ after: uuid(raw, "after") }),
  component: lazyRouteComponent(() => import("./settings-page"), "SettingsPage"),
})

export const routes = [settingsRoute, removedRoute, settingsSectionRoute] as const
