/** What the addresses of forecasts' pages say. */
import type { Schema } from "@/api/client"
import * as read from "@/ui/search-params"

export type Kind = Schema["PredictiveRow"]["kind"]
export const KINDS = ["revenue", "service_demand", "inventory", "churn"] as const satisfies Kind[]

/** `new` says that one is being asked for, `dataset` of which dataset. */
export interface ForecastsSearch {
  q?: string
  kind?: Kind
  after?: string
  current?: string
  new?: true
  dataset?: string
}

/** `series` is the number of the one that is drawn; without it all of them together. */
export interface ForecastSearch {
  q?: string
  after?: number
  series?: number
}

type Raw = Record<string, unknown>
const TEXT_MAX = 200
const SERIES_MAX = 10_000_000

export const readForecastsSearch = (raw: Raw): ForecastsSearch => ({
  q: read.short(raw, "q", TEXT_MAX),
  kind: read.oneOf(raw, "kind", KINDS),
  after: read.uuid(raw, "after"),
  current: read.uuid(raw, "current"),
  new: read.number(raw, "new") === 1 ? true : read.flag(raw, "new"),
  dataset: read.uuid(raw, "dataset"),
})

export const readForecastSearch = (raw: Raw): ForecastSearch => ({
  q: read.short(raw, "q", TEXT_MAX),
  after: read.within(read.number(raw, "after"), 0, SERIES_MAX),
  series: read.within(read.number(raw, "series"), 0, SERIES_MAX),
})
