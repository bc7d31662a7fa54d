/** What the URLs of lending's pages say; whatever does not fit is undefined. */
import type { Schema } from "@/api/client"
import type { operations } from "@/api/schema"
import { momentOf } from "@/ui/days"
import { countSet, flag, listOf, moment, number, oneOf, short, text, uuid, version, within } from "@/ui/search-params"

export const SORTS = ["-submitted_at", "submitted_at", "-amount", "amount", "due_at"] as const
export const STATES: Schema["ApplicationState"][] = [
  "submitted",
  "under_review",
  "referred",
  "approved",
  "disbursed",
  "rejected",
  "withdrawn",
  "expired",
]

/** `since` and `until` are days of the organisation or moments. */
export interface ApplicationSearch {
  waiting?: true
  mine?: true
  state?: Schema["ApplicationState"][]
  product?: string[]
  purpose?: string[]
  min_amount?: number
  max_amount?: number
  min_term?: number
  max_term?: number
  min_confidence?: number
  max_confidence?: number
  since?: string
  until?: string
  q?: string
  sort?: (typeof SORTS)[number]
  after?: string
  peek?: string
}

type Raw = Record<string, unknown>
const AMOUNT_MAX = 1e15
const TERM_MAX = 1_200
const CURSOR_LENGTH_MAX = 100
/** Longest text that the API searches for. */
const WORDS_LENGTH_MAX = 200
const NAMES_MAX = 50

export function readApplicationSearch(raw: Raw): ApplicationSearch {
  return {
    waiting: flag(raw, "waiting"),
    mine: flag(raw, "mine"),
    state: listOf(raw, "state", STATES),
    product: listOf(raw, "product")?.slice(0, NAMES_MAX),
    purpose: listOf(raw, "purpose")?.slice(0, NAMES_MAX),
    min_amount: within(number(raw, "min_amount"), 0, AMOUNT_MAX),
    max_amount: within(number(raw, "max_amount"), 0, AMOUNT_MAX),
    min_term: whole(raw, "min_term"),
    max_term: whole(raw, "max_term"),
    min_confidence: within(number(raw, "min_confidence"), 0, 1),
    max_confidence: within(number(raw, "max_confidence"), 0, 1),
    since: moment(raw, "since"),
    until: moment(raw, "until"),
    q: short(raw, "q", WORDS_LENGTH_MAX),
    sort: oneOf(raw, "sort", SORTS),
    after: short(raw, "after", CURSOR_LENGTH_MAX),
    peek: uuid(raw, "peek"),
  }
}

const whole = (raw: Raw, name: string) => {
  const value = within(number(raw, name), 0, TERM_MAX)
  return value === undefined ? undefined : Math.round(value)
}

export type ApplicationFilter = NonNullable<
  operations["count_facets_api_v1_lending_applications_facets_get"]["parameters"]["query"]
>

/** The filters as the API takes them; `until` includes its day. */
export function toApplicationFilter(search: ApplicationSearch, timeZone: string): ApplicationFilter {
  const { sort: _sort, after: _after, peek: _peek, since, until, ...rest } = search
  return { ...rest, since: momentOf(since, timeZone, 0), until: momentOf(until, timeZone, 1) }
}

export const PRESETS = ["waiting", "mine", "all"] as const
export type Preset = (typeof PRESETS)[number]

/** Which part of the queue is on show: what waits for a person, what of it is one's own, or everything. */
export const presetOf = (search: ApplicationSearch): Preset =>
  search.mine ? "mine" : search.waiting ? "waiting" : "all"

/** Every order and filter gone but the part of the queue. */
export const presetSearch = (preset: Preset): ApplicationSearch =>
  preset === "mine"
    ? { waiting: true, mine: true, sort: "due_at" }
    : preset === "waiting"
      ? { waiting: true, sort: "due_at" }
      : {}

/** How many filters are set beside the part of the queue. */
export const filterCount = (search: ApplicationSearch) => countSet(search, ["waiting", "mine", "sort", "after", "peek"])

export const PRODUCT_TABS = ["form", "terms", "preview", "versions", "json"] as const

/** `field` is the key of the field that is edited or the path of the term, `old` and `new` the versions compared. */
export interface ProductSearch {
  tab?: (typeof PRODUCT_TABS)[number]
  field?: string
  old?: number
  new?: number
  after?: number
}

export const readProductSearch = (raw: Raw): ProductSearch => ({
  tab: oneOf(raw, "tab", PRODUCT_TABS),
  field: text(raw, "field"),
  old: version(raw, "old"),
  new: version(raw, "new"),
  after: version(raw, "after"),
})
