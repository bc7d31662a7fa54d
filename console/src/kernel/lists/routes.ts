import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { oneOf, short, uuid } from "@/ui/search-params"

export const LIST_TABS = ["lists", "mutes"] as const
export type ListTab = (typeof LIST_TABS)[number]
export const MUTE_STANDINGS = ["open", "expired", "ended"] as const
export const ENTRY_STANDINGS = ["open", "expired", "removed"] as const

const TEXT_LENGTH_MAX = 200
const VALUE_LENGTH_MAX = 500
const NAME_LENGTH_MAX = 64

export interface ListsSearch {
  tab?: ListTab
  q?: string
  /** Of muted rules: how they stand, the customer, the rule. */
  standing?: (typeof MUTE_STANDINGS)[number]
  value?: string
  rule?: string
  after?: string
  /** The row under the keyboard's cursor. */
  at?: string
}

export const listsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/lists",
  validateSearch: (raw: Record<string, unknown>): ListsSearch => {
    const tab = oneOf(raw, "tab", LIST_TABS)
    return {
      tab,
      q: short(raw, "q", TEXT_LENGTH_MAX),
      standing: oneOf(raw, "standing", MUTE_STANDINGS),
      value: short(raw, "value", VALUE_LENGTH_MAX),
      rule: short(raw, "rule", TEXT_LENGTH_MAX),
      after: tab === "mutes" ? uuid(raw, "after") : short(raw, "after", NAME_LENGTH_MAX),
      at: uuid(raw, "at"),
    }
  },
  component: lazyRouteComponent(() => import("./lists-page"), "ListsPage"),
})

interface ListSearch {
  q?: string
  standing?: (typeof ENTRY_STANDINGS)[number]
  after?: string
  at?: string
}

export const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/lists/$listId",
  validateSearch: (raw: Record<string, unknown>): ListSearch => ({
    q: short(raw, "q", VALUE_LENGTH_MAX),
    standing: oneOf(raw, "standing", ENTRY_STANDINGS),
    after: uuid(raw, "after"),
    at: uuid(raw, "at"),
  }),
  component: lazyRouteComponent(() => import("./list-page"), "ListPage"),
})

export const routes = [listsRoute, listRoute] as const
