import { listOf, oneOf, short, uuid } from "@/ui/search-params"

export const STANDINGS = ["open", "acknowledged", "snoozed", "resolved", "cleared"] as const
export const SEVERITIES = ["critical", "high", "medium", "low"] as const
export const KINDS = ["intervention", "anomaly", "performance", "security"] as const

export const GROUPINGS = ["cause", "component", "kind", "severity"] as const

/** What the URL of the alerts says. Without `state`: those that are open. */
export interface AlertSearch {
  state?: (typeof STANDINGS)[number]
  severity?: (typeof SEVERITIES)[number][]
  kind?: (typeof KINDS)[number][]
  cause?: string
  /** "me", "none" or the id of a member. */
  assignee?: string
  component?: string
  group?: (typeof GROUPINGS)[number]
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
    component: short(raw, "component", CAUSE_LENGTH_MAX),
    group: oneOf(raw, "group", GROUPINGS),
    after: uuid(raw, "after"),
    peek: uuid(raw, "peek"),
  }
}

/** The filters as the API takes them. */
export const toFilter = ({ state, severity, kind, cause, component, assignee }: AlertSearch) => ({
  state: state ?? ("open" as const),
  severity,
  kind,
  cause,
  component,
  assignee,
})

/** Every filter taken away. */
export const UNFILTERED = {
  severity: undefined,
  kind: undefined,
  cause: undefined,
  component: undefined,
  assignee: undefined,
} satisfies Partial<AlertSearch>

export const isFiltered = ({ severity, kind, cause, component, assignee }: AlertSearch) =>
  [severity, kind, cause, component, assignee].some((each) => each !== undefined)

type Grouping = NonNullable<AlertSearch["group"]>

/** The group that an alert belongs to; of causes their first word. */
export const groupOf = (
  by: Grouping,
  alert: { cause: string; component: string | null; kind: string; severity: string },
): string => (by === "cause" ? (alert.cause.split(":")[0]!.split(".")[0] ?? "") : (alert[by] ?? ""))

/** The filter that leaves one group alone; none where there is no such filter. */
export function onlyGroup(by: Grouping, key: string): Partial<AlertSearch> | null {
  if (by === "cause") return { cause: key }
  if (by === "component") return key ? { component: key } : null
  if (by === "kind") return { kind: KINDS.filter((kind) => kind === key) }
  return { severity: SEVERITIES.filter((severity) => severity === key) }
}
