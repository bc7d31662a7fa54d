import type { operations } from "@/api/schema"
import { listOf, number, oneOf, text } from "@/ui/search-params"
import { VERDICT_KINDS, type VerdictKind } from "@/ui/verdict"

export const DECIDERS = ["model", "policy", "person", "program", "deadline"] as const
export const SORTS = ["-decided_at", "decided_at", "-amount", "amount", "-confidence", "confidence"] as const

/** What the URL of the list of decisions says. `since` and `until` are days of the organisation or moments. */
export interface DecisionSearch {
  verdict?: VerdictKind[]
  action?: string[]
  kind?: string[]
  component?: string[]
  decided_by?: (typeof DECIDERS)[number][]
  min_confidence?: number
  max_confidence?: number
  min_amount?: number
  max_amount?: number
  since?: string
  until?: string
  subject_id?: string
  q?: string
  sort?: (typeof SORTS)[number]
  after?: string
  peek?: string
}

export type ApiFilter = NonNullable<operations["count_facets_api_v1_decisions_facets_get"]["parameters"]["query"]>

const DAY = /^\d{4}-\d{2}-\d{2}$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const DAY_MILLISECONDS = 86_400_000

const within = (value: number | undefined, low: number, high: number) =>
  value !== undefined && value >= low && value <= high ? value : undefined

const moment = (raw: Record<string, unknown>, name: string) => {
  const value = text(raw, name)
  return value !== undefined && !Number.isNaN(Date.parse(value)) ? value : undefined
}

const uuid = (raw: Record<string, unknown>, name: string) => {
  const value = text(raw, name)
  return value !== undefined && UUID.test(value) ? value : undefined
}

const AMOUNT_MAX = 1e16

/** Read the list's URL; what does not fit is left out. */
export function readSearch(raw: Record<string, unknown>): DecisionSearch {
  const read: DecisionSearch = {
    verdict: listOf(raw, "verdict", VERDICT_KINDS),
    action: listOf(raw, "action"),
    kind: listOf(raw, "kind"),
    component: listOf(raw, "component"),
    decided_by: listOf(raw, "decided_by", DECIDERS),
    min_confidence: within(number(raw, "min_confidence"), 0, 1),
    max_confidence: within(number(raw, "max_confidence"), 0, 1),
    min_amount: within(number(raw, "min_amount"), 0, AMOUNT_MAX),
    max_amount: within(number(raw, "max_amount"), 0, AMOUNT_MAX),
    since: moment(raw, "since"),
    until: moment(raw, "until"),
    subject_id: uuid(raw, "subject_id"),
    q: text(raw, "q"),
    sort: oneOf(raw, "sort", SORTS),
    after: text(raw, "after"),
    peek: uuid(raw, "peek"),
  }
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined))
}

/** Where a day begins in a time zone. */
export function startOfDay(day: string, timeZone: string): Date {
  const utc = Date.parse(`${day}T00:00:00Z`)
  const offsetAt = (at: number) => {
    const parts = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    }).formatToParts(new Date(at))
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "0"
    const local = Date.parse(
      `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:${part("second")}Z`,
    )
    return local - at
  }
  const guess = utc - offsetAt(utc)
  // The offset may have changed between midnight UTC and midnight there.
  return new Date(utc - offsetAt(guess))
}

const bound = (value: string | undefined, timeZone: string, days: number) => {
  if (value === undefined) return undefined
  if (!DAY.test(value)) return new Date(value).toISOString()
  const day = new Date(Date.parse(`${value}T00:00:00Z`) + days * DAY_MILLISECONDS).toISOString().slice(0, 10)
  return startOfDay(day, timeZone).toISOString()
}

/** The filters as the API takes them; `until` includes its day. */
export function toFilter(search: DecisionSearch, timeZone: string): ApiFilter {
  const { sort: _sort, after: _after, peek: _peek, since, until, ...rest } = search
  return { ...rest, since: bound(since, timeZone, 0), until: bound(until, timeZone, 1) }
}

const BESIDE_FILTERS = new Set(["sort", "after", "peek"])

/** How many filters are set. */
export const filterCount = (search: DecisionSearch) =>
  Object.keys(search).filter((name) => !BESIDE_FILTERS.has(name)).length
