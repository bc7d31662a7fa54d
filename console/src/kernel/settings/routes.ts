import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { text, uuid } from "@/ui/search-params"

/** What the URL of a section says; what the words mean is the section's own. */
export interface SectionSearch {
  after?: string
  /** Which part of the section, where it has several. */
  tab?: string
  /** Whose rows are on show. */
  of?: string
  /** The row that is open at the side. */
  peek?: string
  words?: string
  state?: string
  by?: string
  first?: string
  last?: string
}

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
  validateSearch: (raw: Record<string, unknown>): SectionSearch => ({
    after: uuid(raw, "after"),
    tab: text(raw, "tab"),
    of: uuid(raw, "of"),
    peek: uuid(raw, "peek"),
    words: text(raw, "words"),
    state: text(raw, "state"),
    by: text(raw, "by"),
    first: text(raw, "first"),
    last: text(raw, "last"),
  }),
  component: lazyRouteComponent(() => import("./settings-page"), "SettingsPage"),
})

export const routes = [settingsRoute, removedRoute, settingsSectionRoute] as const
