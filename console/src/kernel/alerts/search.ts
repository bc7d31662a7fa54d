import { listOf, oneOf, text } from "@/ui/search-params"

export const STANDINGS = ["open", "acknowledged", "snoozed", "resolved", "cleared"] as const
export const SEVERITIES = ["critical", "high", "medium", "low"] as const
export const KINDS = ["intervention", "anomaly", "performance", "security"] as const

/** What the URL of the alerts says. Without `state`: those that are open. */
export interface AlertSearch {
  state?: (typeof STANDINGS)[number]
  severity?: (typeof SEVERITIES)[number][]
  kind?: (typeof KINDS)[number][]
  cause?: string
  /** "me", "none" or the id of a member. */
  assignee?: string
  group?: "kind"
  after?: string
  peek?: string
}

const CAUSE_LENGTH_MAX = 200
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const matching = (raw: Record<string, unknown>, name: string, pattern: RegExp) => {
  const value = text(raw, name)
  return value !== undefined && pattern.test(value) ? value : undefined
}

/** Read the URL; what does not fit is undefined by name, else the router would keep it as it stands in the address. */
export function readSearch(raw: Record<string, unknown>): AlertSearch {
  const state = oneOf(raw, "state", STANDINGS)
  return {
    state: state === "open" ? undefined : state,
    severity: listOf(raw, "severity", SEVERITIES),
    kind: listOf(raw, "kind", KINDS),
    cause: text(raw, "cause")?.slice(0, CAUSE_LENGTH_MAX),
    assignee: matching(raw, "assignee", /^(me|none|[0-9a-f-]{36})$/),
    group: oneOf(raw, "group", ["kind"]),
    after: matching(raw, "after", ID),
    peek: matching(raw, "peek", ID),
  }
}

/** The filters as the API takes them. */
export const toFilter = ({ state, severity, kind, cause, assignee }: AlertSearch) => ({
  state: state ?? ("open" as const),
  severity,
  kind,
  cause,
  assignee,
})

export const isFiltered = ({ severity, kind, cause, assignee }: AlertSearch) =>
  severity !== undefined || kind !== undefined || cause !== undefined || assignee !== undefined
