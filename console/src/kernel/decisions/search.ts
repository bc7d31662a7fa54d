import type { operations } from "@/api/schema"
import { momentOf } from "@/ui/days"
import { listOf, moment, number, oneOf, text, uuid, within } from "@/ui/search-params"
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

/** The filters as the API takes them; `until` includes its day. */
export function toFilter(search: DecisionSearch, timeZone: string): ApiFilter {
  const { sort: _sort, after: _after, peek: _peek, since, until, ...rest } = search
  return { ...rest, since: momentOf(since, timeZone, 0), until: momentOf(until, timeZone, 1) }
}

const BESIDE_FILTERS = new Set(["sort", "after", "peek"])

/** How many filters are set. */
export const filterCount = (search: DecisionSearch) =>
  Object.keys(search).filter((name) => !BESIDE_FILTERS.has(name)).length
