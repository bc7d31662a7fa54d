/** What is asked of the API about how models do. */
import { keepPreviousData } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"

export type Model = Schema["ModelDetail"]
export type Performance = Schema["ModelPerformance"]
export type Period = Schema["PerformancePeriod"]
export type Figure = Schema["Figure"]
export type Drift = Schema["ModelDrift"]
export type ColumnDrift = Schema["FeatureDrift"]
export type Against = Schema["ModelAgainst"]
export type Health = Performance["health"]

const MODEL = "/api/v1/ai-analytics/models/{model_id}"

const of = (id: string, version?: number) => ({ params: { path: { model_id: id }, query: { version } } })

export const performanceQuery = (id: string, version?: number) =>
  query.queryOptions("get", `${MODEL}/performance`, of(id, version), { placeholderData: keepPreviousData })

export const driftQuery = (id: string, version?: number) =>
  query.queryOptions("get", `${MODEL}/drift`, of(id, version), { placeholderData: keepPreviousData })

export const comparisonQuery = (id: string) =>
  query.queryOptions("get", `${MODEL}/comparison`, { params: { path: { model_id: id } } })
