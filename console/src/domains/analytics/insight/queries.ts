/** What is asked of the API for the hub's dashboard. */
import { keepPreviousData } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"

export type Dashboard = Schema["Dashboard"]
export type ModelAtAGlance = Schema["DashboardModel"]
export type Attention = Schema["DashboardAttention"]

const HUB = "/api/v1/ai-analytics"
const SHOWN = 5

export const dashboardQuery = (days: number) =>
  query.queryOptions("get", `${HUB}/dashboard`, { params: { query: { days } } }, { placeholderData: keepPreviousData })

export const openAnomaliesQuery = query.queryOptions("get", `${HUB}/anomalies`, {
  params: { query: { state: ["open", "assigned"], limit: SHOWN } },
})

export const latestForecastsQuery = query.queryOptions("get", `${HUB}/predictive`, {
  params: { query: { limit: SHOWN } },
})
