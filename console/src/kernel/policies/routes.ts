import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { oneOf, text, uuid, version } from "@/ui/search-params"

const policiesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/policy",
  component: lazyRouteComponent(() => import("./policies-page"), "PoliciesPage"),
})

export const POLICY_TABS = ["rules", "edit", "versions"] as const
export type PolicyTab = (typeof POLICY_TABS)[number]

interface PolicySearch {
  tab?: PolicyTab
  /** The part in the editor: `rule:<key>`, `action:<name>` or `general`. */
  part?: string
  view?: "json"
  /** The versions compared. */
  old?: number
  new?: number
  after?: string
  /** The proposal that is unfolded. */
  proposal?: string
}

export const policyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/policy/$kind",
  validateSearch: (raw: Record<string, unknown>): PolicySearch => ({
    tab: oneOf(raw, "tab", POLICY_TABS),
    part: text(raw, "part"),
    view: oneOf(raw, "view", ["json"] as const),
    old: version(raw, "old"),
    new: version(raw, "new"),
    after: uuid(raw, "after"),
    proposal: uuid(raw, "proposal"),
  }),
  component: lazyRouteComponent(() => import("./policy-page"), "PolicyPage"),
})

export const routes = [policiesRoute, policyRoute] as const
