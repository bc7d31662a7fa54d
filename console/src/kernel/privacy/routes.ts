import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { listOf, oneOf, short, uuid } from "@/ui/search-params"

export const PRIVACY_TABS = ["requests", "find", "consents", "holds", "retention", "map"] as const
export type PrivacyTab = (typeof PRIVACY_TABS)[number]
export const REQUEST_STATES = ["open", "queued", "running", "failed", "done", "refused", "expired"] as const
export const REQUEST_KINDS = ["export", "erasure"] as const

const PURPOSE_LENGTH_MAX = 100

/** What the URL says. Who is looked for is never in it: addresses end up in histories and logs. */
export interface PrivacySearch {
  tab?: PrivacyTab
  /** The request that is open. */
  request?: string
  kind?: (typeof REQUEST_KINDS)[number]
  state?: (typeof REQUEST_STATES)[number][]
  purpose?: string
  hold?: "open" | "released"
  after?: string
  /** The row under the keyboard's cursor. */
  at?: string
}

export const privacyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/privacy",
  validateSearch: (raw: Record<string, unknown>): PrivacySearch => ({
    tab: oneOf(raw, "tab", PRIVACY_TABS),
    request: uuid(raw, "request"),
    kind: oneOf(raw, "kind", REQUEST_KINDS),
    state: listOf(raw, "state", REQUEST_STATES),
    purpose: short(raw, "purpose", PURPOSE_LENGTH_MAX),
    hold: oneOf(raw, "hold", ["open", "released"]),
    after: uuid(raw, "after"),
    at: uuid(raw, "at"),
  }),
  component: lazyRouteComponent(() => import("./privacy-page"), "PrivacyPage"),
})

export const routes = [privacyRoute] as const
