/** What is asked of the API about anomalies and the figures that are watched for them. */
import { keepPreviousData } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"
import { momentOf } from "@/ui/days"
import { type AnomaliesSearch, statesOf } from "./search"

export type AnomalyDetail = Schema["AnomalyDetail"]
export type Detector = Schema["DetectorRow"]
export type Source = Schema["SourceRow"]
export type Stream = Schema["MetricRow"]

export const ANALYTICS = "/api/v1/ai-analytics"
export const ANOMALIES = `${ANALYTICS}/anomalies` as const
export const METRICS = `${ANALYTICS}/metrics` as const
const PAGE_SIZE = 50
const DETECTORS_SHOWN = 100
const FIGURE_FRESH_MILLISECONDS = 60_000

/** The filters as the API takes them. */
function toFilter(search: AnomaliesSearch, timeZone: string) {
  return {
    state: statesOf(search.state ?? "open"),
    severity: search.severity,
    data_source: search.source,
    assignee: search.assignee,
    group_id: search.group,
    since: momentOf(search.from, timeZone, 0),
    until: momentOf(search.to, timeZone, 1),
  }
}

export const listQuery = (search: AnomaliesSearch, timeZone: string) =>
  query.queryOptions(
    "get",
    ANOMALIES,
    { params: { query: { ...toFilter(search, timeZone), after: search.after, limit: PAGE_SIZE } } },
    { placeholderData: keepPreviousData },
  )

export const facetsQuery = (search: AnomaliesSearch, timeZone: string) =>
  query.queryOptions(
    "get",
    `${ANOMALIES}/facets`,
    { params: { query: toFilter(search, timeZone) } },
    { placeholderData: keepPreviousData },
  )

export const anomalyQuery = (id: string) =>
  query.queryOptions("get", `${ANOMALIES}/{anomaly_id}`, { params: { path: { anomaly_id: id } } })

export const historyQuery = (id: string) =>
  query.queryOptions("get", "/api/v1/audit", { params: { query: { subject: `anomaly:${id}`, limit: 20 } } })

export const sourcesQuery = query.queryOptions("get", `${ANOMALIES}/sources`)

export const detectorsQuery = (after?: string) =>
  query.queryOptions(
    "get",
    `${ANOMALIES}/detectors`,
    { params: { query: { after, limit: DETECTORS_SHOWN } } },
    { placeholderData: keepPreviousData },
  )

/** The values alone, for a small line. */
export const seriesQuery = (dataSource: string, hours: number) =>
  query.queryOptions(
    "get",
    `${ANOMALIES}/series`,
    { params: { query: { data_source: dataSource, time_range_hours: hours, with_expected: false } } },
    { staleTime: FIGURE_FRESH_MILLISECONDS, retry: false },
  )

export const streamsQuery = (after?: string) =>
  query.queryOptions(
    "get",
    METRICS,
    { params: { query: { after, limit: PAGE_SIZE } } },
    { placeholderData: keepPreviousData },
  )
