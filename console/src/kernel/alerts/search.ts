import { listOf, oneOf, short, uuid } from "@/ui/search-params"

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

/** Read the URL; what does not fit is undefined. */
export function readSearch(raw: Record<string, unknown>): AlertSearch {
  const state = oneOf(raw, "state", STANDINGS)
  return {
    state: state === "open" ? undefined : state,
    severity: listOf(raw, "severity", SEVERITIES),
    kind: listOf(raw, "kind", KINDS),
    cause: short(raw, "cause", CAUSE_LENGTH_MAX),
    assignee: oneOf(raw, "assignee", ["me", "none"]) ?? uuid(raw, "assignee"),
    group: oneOf(raw, "group", ["kind"]),
    after: uuid(raw, "after"),
    peek: uuid(raw, "peek"),
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
