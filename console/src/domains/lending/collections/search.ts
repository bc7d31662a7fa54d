/** What the URL of the collectors' queue says; whatever does not fit is undefined. */
import type { Schema } from "@/api/client"
import type { operations } from "@/api/schema"
import { countSet, listOf, oneOf, short, uuid } from "@/ui/search-params"

export type Step = Schema["Step-Input"]

export const SORTS = ["-priority", "-days_past_due", "-arrears"] as const
export const NEXT: Schema["NextStep"][] = ["planned", "asked", "relief", "promised", "no_contact", "none"]
export const STEPS: Step[] = ["remind", "call", "letter", "offer_hardship", "charge_off_proposal", "wait"]

export interface QueueSearch {
  bucket?: string[]
  next?: Schema["NextStep"][]
  action?: Step[]
  product?: string[]
  assignee?: "me" | "none"
  q?: string
  sort?: (typeof SORTS)[number]
  after?: string
  peek?: string
}

type Raw = Record<string, unknown>
const WORDS_LENGTH_MAX = 200
const CURSOR_LENGTH_MAX = 100
const VALUES_MAX = 50
const BUCKET = /^\d{1,4}$/

export const readQueueSearch = (raw: Raw): QueueSearch => ({
  bucket: buckets(raw),
  next: listOf(raw, "next", NEXT),
  action: listOf(raw, "action", STEPS),
  product: listOf(raw, "product")?.slice(0, VALUES_MAX),
  assignee: oneOf(raw, "assignee", ["me", "none"] as const),
  q: short(raw, "q", WORDS_LENGTH_MAX),
  sort: oneOf(raw, "sort", SORTS),
  after: short(raw, "after", CURSOR_LENGTH_MAX),
  peek: uuid(raw, "peek"),
})

/** Buckets by their lower bounds; the router reads what looks like numbers as numbers. */
function buckets(raw: Raw): string[] | undefined {
  const given = Array.isArray(raw.bucket) ? raw.bucket : [raw.bucket]
  const kept = given.map(String).filter((each) => BUCKET.test(each))
  return kept.length ? kept.slice(0, VALUES_MAX) : undefined
}

export type QueueFilter = NonNullable<
  operations["list_queue_api_v1_lending_collections_queue_get"]["parameters"]["query"]
>

/** The filters as the API takes them. */
export const toQueueFilter = ({ bucket, next, action, product, assignee, q }: QueueSearch) => ({
  bucket: bucket?.map(Number),
  next,
  action,
  product,
  assignee,
  q,
})

export const queueFilterCount = (search: QueueSearch) => countSet(search, ["sort", "after", "peek"])
