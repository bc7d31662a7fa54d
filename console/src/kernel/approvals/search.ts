import { listOf, oneOf, short, uuid } from "@/ui/search-params"

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

const CURSOR_LENGTH_MAX = 300
const KINDS_MAX = 20
/** Longest text that the API searches for. */
const WORDS_LENGTH_MAX = 200

/** Read the inbox's URL; what does not fit is undefined. */
export const readSearch = (raw: Record<string, unknown>): InboxSearch => ({
  state: oneOf(raw, "state", STATES),
  id: uuid(raw, "id"),
  q: short(raw, "q", WORDS_LENGTH_MAX),
  risk: listOf(raw, "risk", RISKS),
  tier: listOf(raw, "tier", TIERS),
  kind: listOf(raw, "kind")?.slice(0, KINDS_MAX),
  assignee: oneOf(raw, "assignee", ["me", "none"] as const),
  sort: oneOf(raw, "sort", SORTS),
  after: short(raw, "after", CURSOR_LENGTH_MAX),
})
