/** What the URLs of the pages about loans say; whatever does not fit is undefined. */
import type { Schema } from "@/api/client"
import type { operations } from "@/api/schema"
import { countSet, flag, listOf, moment, oneOf, short, text, uuid } from "@/ui/search-params"

export const LOAN_SORTS = ["newest", "days_past_due", "outstanding", "next_due"] as const
export const LOAN_STATES: Schema["LoanState"][] = [
  "approved",
  "active",
  "overpaid",
  "closed",
  "charged_off",
  "written_off",
  "cancelled",
]
export const LOAN_TABS = ["overview", "schedule", "transactions", "ledger", "letters", "collections"] as const
export type LoanTab = (typeof LOAN_TABS)[number]

export interface LoansSearch {
  state?: Schema["LoanState"][]
  bucket?: string[]
  product?: string[]
  in_arrears?: true
  q?: string
  sort?: (typeof LOAN_SORTS)[number]
  after?: string
  peek?: string
}

/** `on` is a day of the books, `known_at` a moment of business time; `after` and `kind` are the ledger's page and filter. */
export interface LoanSearch {
  tab?: LoanTab
  on?: string
  known_at?: string
  after?: string
  kind?: string
}

type Raw = Record<string, unknown>
const WORDS_LENGTH_MAX = 200
const CURSOR_LENGTH_MAX = 100
const VALUES_MAX = 50
const DAY = /^\d{4}-\d{2}-\d{2}$/
const KIND = /^[a-z_]{1,40}$/
const BUCKET = /^\d{1,4}$/

export const readLoansSearch = (raw: Raw): LoansSearch => ({
  state: listOf(raw, "state", LOAN_STATES),
  bucket: buckets(raw),
  product: listOf(raw, "product")?.slice(0, VALUES_MAX),
  in_arrears: flag(raw, "in_arrears"),
  q: short(raw, "q", WORDS_LENGTH_MAX),
  sort: oneOf(raw, "sort", LOAN_SORTS),
  after: short(raw, "after", CURSOR_LENGTH_MAX),
  peek: uuid(raw, "peek"),
})

/** Buckets by their lower bounds; the router reads what looks like numbers as numbers. */
function buckets(raw: Raw): string[] | undefined {
  const given = Array.isArray(raw.bucket) ? raw.bucket : [raw.bucket]
  const kept = given.map(String).filter((each) => BUCKET.test(each))
  return kept.length ? kept.slice(0, VALUES_MAX) : undefined
}

export const readLoanSearch = (raw: Raw): LoanSearch => {
  const on = moment(raw, "on")
  const kind = text(raw, "kind")
  return {
    tab: oneOf(raw, "tab", LOAN_TABS),
    on: on && DAY.test(on) ? on : undefined,
    known_at: moment(raw, "known_at"),
    after: short(raw, "after", CURSOR_LENGTH_MAX),
    kind: kind && KIND.test(kind) ? kind : undefined,
  }
}

export type LoanFilter = NonNullable<operations["count_facets_api_v1_lending_loans_facets_get"]["parameters"]["query"]>

/** The filters as the API takes them. */
export const toLoanFilter = ({ state, bucket, product, in_arrears, q }: LoansSearch): LoanFilter => ({
  state,
  bucket: bucket?.map(Number),
  product,
  in_arrears,
  q,
})

export const loanFilterCount = (search: LoansSearch) => countSet(search, ["sort", "after", "peek"])
