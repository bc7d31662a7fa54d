/** What is asked of the API about forecasts. */
import { keepPreviousData } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"
import type { ForecastSearch, ForecastsSearch } from "./search"

export type Forecast = Schema["PredictiveDetail"]
export type ForecastRow = Schema["PredictiveRow"]
export type Summary = Schema["PredictiveSummary"]
export type SeriesLine = Schema["PredictiveSeries"]
export type Body = Schema["PredictiveBody-Input"]

export const FORECASTS = "/api/v1/ai-analytics/predictive"
/** How far a forecast is comes without an event. */
const BUSY_MILLISECONDS = 2_000
const PAGE_SIZE = 50
const SERIES_SHOWN = 25
const SOURCES_FRESH_MILLISECONDS = 60_000

export const forecastsQuery = ({ q, kind, after }: ForecastsSearch) =>
  query.queryOptions(
    "get",
    FORECASTS,
    { params: { query: { q, kind, after, limit: PAGE_SIZE } } },
    {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state: { data } }) =>
        data?.items.some((each) => each.state === "running") ? BUSY_MILLISECONDS : false,
    },
  )

/** A forecast with a page of its series. */
export const forecastQuery = (id: string, { q, after }: Pick<ForecastSearch, "q" | "after"> = {}) =>
  query.queryOptions(
    "get",
    `${FORECASTS}/{forecast_id}`,
    { params: { path: { forecast_id: id }, query: { q, after, limit: SERIES_SHOWN } } },
    {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state: { data } }) => (data?.state === "running" ? BUSY_MILLISECONDS : false),
    },
  )

/** One series by its number, wherever in the list it stands. */
export const seriesQuery = (id: string, number: number) =>
  query.queryOptions(
    "get",
    `${FORECASTS}/{forecast_id}`,
    { params: { path: { forecast_id: id }, query: { after: number > 0 ? number - 1 : undefined, limit: 1 } } },
    { select: ({ series }) => series.items[0] },
  )

export const figuresQuery = query.queryOptions("get", "/api/v1/ai-analytics/anomalies/sources", undefined, {
  staleTime: SOURCES_FRESH_MILLISECONDS,
})

/** Whether a query of the cache is about forecasts. */
export const aboutForecasts = ({ queryKey }: { queryKey: readonly unknown[] }) =>
  typeof queryKey[1] === "string" && queryKey[1].startsWith(FORECASTS)
