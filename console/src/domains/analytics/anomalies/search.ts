/** What the address of the anomalies' page says. */
import type { Schema } from "@/api/client"
import { listOf, moment, oneOf, short, uuid } from "@/ui/search-params"

export type Anomaly = Schema["AnomalyRow"]
export type AnomalyState = Anomaly["state"]

export const TABS = ["watched", "sent"] as const
export const STANDINGS = ["muted", "resolved", "dismissed", "all"] as const
export const SEVERITIES = ["critical", "high", "medium", "low"] as const satisfies Anomaly["severity"][]

/** Without `tab`: what was found; without `state`: what nobody has dealt with yet. */
export interface AnomaliesSearch {
  tab?: (typeof TABS)[number]
  state?: (typeof STANDINGS)[number]
  severity?: Anomaly["severity"][]
  source?: string[]
  /** "me", "none" or the id of a member. */
  assignee?: string
  group?: string
  /** Days on which it began, both included. */
  from?: string
  to?: string
  after?: string
  /** The anomaly that is looked at. */
  id?: string
  /** The figure or stream under the keyboard's cursor. */
  current?: string
}

const TEXT_MAX = 300

/** Read the address; what does not fit is undefined. */
export const readSearch = (raw: Record<string, unknown>): AnomaliesSearch => ({
  tab: oneOf(raw, "tab", TABS),
  state: oneOf(raw, "state", STANDINGS),
  severity: listOf(raw, "severity", SEVERITIES),
  source: listOf(raw, "source")?.map((each) => each.slice(0, TEXT_MAX)),
  assignee: oneOf(raw, "assignee", ["me", "none"]) ?? uuid(raw, "assignee"),
  group: uuid(raw, "group"),
  from: moment(raw, "from"),
  to: moment(raw, "to"),
  after: short(raw, "after", TEXT_MAX),
  id: uuid(raw, "id"),
  current: short(raw, "current", TEXT_MAX),
})

const STATES: Record<string, AnomalyState[] | undefined> = {
  open: ["open", "assigned"],
  muted: ["muted"],
  resolved: ["resolved"],
  dismissed: ["dismissed"],
}

/** The states that a standing is made of; none means any. */
export const statesOf = (standing: string) => STATES[standing]

export const isFiltered = ({ severity, source, assignee, group, from, to }: AnomaliesSearch) =>
  [severity, source, assignee, group, from, to].some((each) => each !== undefined)

/** Every filter taken away; where one stands stays. */
export const NO_FILTER: Partial<AnomaliesSearch> = {
  severity: undefined,
  source: undefined,
  assignee: undefined,
  group: undefined,
  from: undefined,
  to: undefined,
}
