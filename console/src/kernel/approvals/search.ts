import { listOf, oneOf, text } from "@/ui/search-params"

export const STATES = ["open", "held", "answered", "expired", "stale"] as const
export const RISKS = ["low", "medium", "high"] as const
export const TIERS = ["operator", "manager", "owner"] as const
export const SORTS = ["due_at", "created_at", "-created_at", "-amount", "confidence"] as const

/** The inbox's place in the URL: which cases, in which order, from where on, and which one is open. */
export interface InboxSearch {
  state?: (typeof STATES)[number]
  id?: string
  q?: string
  risk?: (typeof RISKS)[number][]
  tier?: (typeof TIERS)[number][]
  kind?: string[]
  assignee?: "me" | "none"
  sort?: (typeof SORTS)[number]
  after?: string
}

export const parseInbox = (raw: Record<string, unknown>): InboxSearch => ({
  state: oneOf(raw, "state", STATES),
  id: text(raw, "id"),
  q: text(raw, "q"),
  risk: listOf(raw, "risk", RISKS),
  tier: listOf(raw, "tier", TIERS),
  kind: listOf(raw, "kind"),
  assignee: oneOf(raw, "assignee", ["me", "none"] as const),
  sort: oneOf(raw, "sort", SORTS),
  after: text(raw, "after"),
})
