/** What the addresses of datasets' pages say. */
import * as read from "@/ui/search-params"

export const WAYS = ["file", "record", "query"] as const
export const DATASET_TABS = ["columns", "rows", "set-aside"] as const
export type Way = (typeof WAYS)[number]
export type DatasetTab = (typeof DATASET_TABS)[number]

export interface DatasetsSearch {
  q?: string
  after?: string
  current?: string
}

/** `source` is the table of the record that is chosen. */
export interface AddSearch {
  from?: Way
  source?: string
}

/** `q` is the column that is looked for, `after` how many rows come before the page. */
export interface DatasetSearch {
  tab?: DatasetTab
  q?: string
  after?: number
}

type Raw = Record<string, unknown>
const TEXT_MAX = 200
const ROWS_MAX = 10_000_000

export const readDatasetsSearch = (raw: Raw): DatasetsSearch => ({
  q: read.short(raw, "q", TEXT_MAX),
  after: read.uuid(raw, "after"),
  current: read.uuid(raw, "current"),
})

export const readAddSearch = (raw: Raw): AddSearch => ({
  from: read.oneOf(raw, "from", WAYS),
  source: read.short(raw, "source", TEXT_MAX),
})

export const readDatasetSearch = (raw: Raw): DatasetSearch => ({
  tab: read.oneOf(raw, "tab", DATASET_TABS),
  q: read.short(raw, "q", TEXT_MAX),
  after: read.within(read.number(raw, "after"), 1, ROWS_MAX),
})
