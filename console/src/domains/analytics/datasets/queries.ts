/** What is asked of the API about datasets. */
import { keepPreviousData } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"
import type { DatasetsSearch } from "./search"

export type Dataset = Schema["DatasetView"]
export type DatasetRow = Schema["DatasetListed"]
export type Column = Schema["ColumnView"]
export type Source = Schema["SourceView"]
export type Cell = Schema["RowsPage"]["rows"][number][number]

export const DATASETS = "/api/v1/ai-analytics/datasets"
const PAGE_SIZE = 50
const NAMES_SHOWN_MAX = 200
const A_WHILE = 60_000

export const datasetsQuery = ({ q, after }: Pick<DatasetsSearch, "q" | "after">) =>
  query.queryOptions(
    "get",
    DATASETS,
    { params: { query: { q, after, limit: PAGE_SIZE } } },
    { placeholderData: keepPreviousData },
  )

/** The newest datasets, to choose from. */
export const choiceQuery = query.queryOptions("get", DATASETS, { params: { query: { limit: NAMES_SHOWN_MAX } } })

export const datasetQuery = (id: string) =>
  query.queryOptions("get", `${DATASETS}/{dataset_id}`, { params: { path: { dataset_id: id } } })

export const rowsQuery = (id: string, after = 0) =>
  query.queryOptions(
    "get",
    `${DATASETS}/{dataset_id}/rows`,
    { params: { path: { dataset_id: id }, query: { after, limit: PAGE_SIZE } } },
    { placeholderData: keepPreviousData },
  )

export const quarantineQuery = (id: string) =>
  query.queryOptions("get", `${DATASETS}/{dataset_id}/quarantine`, { params: { path: { dataset_id: id } } })

export const sourcesQuery = query.queryOptions("get", `${DATASETS}/sources`, undefined, { staleTime: A_WHILE })

/** Whether a query of the cache is about datasets. */
export const aboutDatasets = ({ queryKey }: { queryKey: readonly unknown[] }) =>
  typeof queryKey[1] === "string" && queryKey[1].startsWith(DATASETS)
