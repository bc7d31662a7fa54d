import type { operations } from "@/api/schema"
import { momentOf } from "@/ui/days"
import { countSet, listOf, moment, number, oneOf, short, uuid, within } from "@/ui/search-params"
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

const CURSOR_LENGTH_MAX = 100
/** Longest text that the API searches for. */
const WORDS_LENGTH_MAX = 200
const NAMES_MAX = 50
const names = (raw: Record<string, unknown>, name: string) => listOf(raw, name)?.slice(0, NAMES_MAX)

/** Read the list's URL; what does not fit is undefined. */
export function readSearch(raw: Record<string, unknown>): DecisionSearch {
  return {
    verdict: listOf(raw, "verdict", VERDICT_KINDS),
    action: names(raw, "action"),
    kind: names(raw, "kind"),
    component: names(raw, "component"),
    decided_by: listOf(raw, "decided_by", DECIDERS),
    min_confidence: within(number(raw, "min_confidence"), 0, 1),
    max_confidence: within(number(raw, "max_confidence"), 0, 1),
    min_amount: within(number(raw, "min_amount"), 0, AMOUNT_MAX),
    max_amount: within(number(raw, "max_amount"), 0, AMOUNT_MAX),
    since: moment(raw, "since"),
    until: moment(raw, "until"),
    subject_id: uuid(raw, "subject_id"),
    q: short(raw, "q", WORDS_LENGTH_MAX),
    sort: oneOf(raw, "sort", SORTS),
    after: short(raw, "after", CURSOR_LENGTH_MAX),
    peek: uuid(raw, "peek"),
  }
}

/** The filters as the API takes them; `until` includes its day. */
export function toFilter(search: DecisionSearch, timeZone: string): ApiFilter {
  const { sort: _sort, after: _after, peek: _peek, since, until, ...rest } = search
  return { ...rest, since: momentOf(since, timeZone, 0), until: momentOf(until, timeZone, 1) }
}

/** How many filters are set. */
export const filterCount = (search: DecisionSearch) => countSet(search, ["sort", "after", "peek"])
