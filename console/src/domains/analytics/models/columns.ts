/** What there is to learn from: tables, and the columns of one. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query"
import { api, query, type Schema } from "@/api/client"
import { count, percent, plain } from "@/ui/format"
import type { Source } from "./form-values"

const ANALYTICS = "/api/v1/ai-analytics"
const DATASETS_SHOWN = 200

/** A column with what is known of it; only of datasets the values are. */
export interface KnownColumn {
  name: string
  type: string
  profile: string | null
  looksLikeId: boolean
  /** Frequent values, where there are few. */
  values: string[]
  distinct: number | null
}

export const datasetsQuery = query.queryOptions("get", `${ANALYTICS}/datasets`, {
  params: { query: { limit: DATASETS_SHOWN } },
})
export const sourcesQuery = query.queryOptions("get", `${ANALYTICS}/datasets/sources`)

const bare = (name: string, type: string): KnownColumn => ({
  name,
  type,
  profile: null,
  looksLikeId: false,
  values: [],
  distinct: null,
})

const columnsQuery = (source: Source | null) =>
  queryOptions({
    queryKey: ["get", `${ANALYTICS}/datasets/columns`, source],
    enabled: source !== null,
    placeholderData: keepPreviousData,
    queryFn: async (): Promise<KnownColumn[]> => {
      if (source === null) return []
      if ("dataset_id" in source) {
        const { data } = await api.GET(`${ANALYTICS}/datasets/{dataset_id}`, { params: { path: source } })
        return data!.columns.map(known)
      }
      if ("source" in source) {
        const { data } = await api.GET(`${ANALYTICS}/datasets/sources`)
        return (data!.items.find((each) => each.name === source.source)?.columns ?? []).map(({ name, type }) =>
          bare(name, type),
        )
      }
      const { data } = await api.POST(`${ANALYTICS}/datasets/query/preview`, { body: { sql: source.query } })
      return data!.columns.map(({ name, type }) => bare(name, type))
    },
  })

export const useColumns = (source: Source | null) => useQuery(columnsQuery(source))

function known(column: Schema["ColumnView"]): KnownColumn {
  return {
    name: column.name,
    type: column.type,
    profile: profileOf(column),
    looksLikeId: column.looks_like_id ?? false,
    values: (column.top ?? []).map(({ value }) => plain(value)),
    distinct: column.distinct,
  }
}

const VALUES_SHOWN = 3

function profileOf(column: Schema["ColumnView"]): string {
  const parts = []
  if (column.type === "numeric" || column.type === "time") {
    if (column.min !== null && column.min !== undefined) parts.push(`${plain(column.min)} to ${plain(column.max)}`)
  } else if (column.top?.length) {
    const shown = column.top.slice(0, VALUES_SHOWN).map(({ value }) => plain(value))
    parts.push(shown.join(", ") + (column.distinct > shown.length ? ", …" : ""))
  }
  parts.push(`${count(column.distinct)} different`)
  if (column.missing > 0) parts.push(`${percent(column.missing, 1)} missing`)
  return parts.join(" · ")
}
