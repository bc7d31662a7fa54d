/** What is asked of the API about predictions. */
import { keepPreviousData } from "@tanstack/react-query"
import { api, query, type Schema } from "@/api/client"
import { asFilter, type Wanted } from "./search"

export type Model = Schema["ModelDetail"]
export type Prediction = Schema["StoredPrediction"]
export type Detail = Schema["PredictionDetail"]
export type Output = Schema["PredictionOutput"]
export type Reason = Schema["PredictionReason"]
export type Change = Schema["PredictionChange"]
export type Input = Schema["InputShown"]
export type Answer = Schema["PredictionAnswer"]

const HUB = "/api/v1/ai-analytics"
export const PREDICTIONS = `${HUB}/predictions` as const
const PAGE_SIZE = 50
const MINUTE = 60_000

export const inputsQuery = (modelId: string, version?: number) =>
  query.queryOptions(
    "get",
    `${HUB}/models/{model_id}/inputs`,
    { params: { path: { model_id: modelId }, query: { version } } },
    { staleTime: MINUTE, placeholderData: keepPreviousData },
  )

export const predictionsQuery = (modelId: string, wanted: Wanted) =>
  query.queryOptions(
    "get",
    PREDICTIONS,
    { params: { query: { ...asFilter(modelId, wanted), after: wanted.after, limit: PAGE_SIZE } } },
    { placeholderData: keepPreviousData },
  )

export const predictionQuery = (id: string) =>
  query.queryOptions("get", `${PREDICTIONS}/{prediction_id}`, { params: { path: { prediction_id: id } } })

export const explanationQuery = (id: string) =>
  query.queryOptions(
    "get",
    `${PREDICTIONS}/{prediction_id}/explanation`,
    { params: { path: { prediction_id: id } } },
    { staleTime: Number.POSITIVE_INFINITY },
  )

export const datasetsQuery = query.queryOptions("get", `${HUB}/datasets`, { params: { query: { limit: 100 } } })

/** Ask for one case; `keep` puts it in the history. */
export async function predictCase(
  modelId: string,
  data: Record<string, unknown>,
  { version, keep, entity }: { version?: number; keep: boolean; entity?: string },
) {
  const { data: answer } = await api.POST(`${HUB}/predict`, {
    body: {
      model_id: modelId,
      input_data: data,
      version: version ?? null,
      store: keep,
      reasons: 0,
      business_entity_id: entity || null,
    },
  })
  return answer!
}

/** Why a version says what it says of a case, and what would change it. */
export async function explainCase(modelId: string, data: Record<string, unknown>, version: number) {
  const { data: told } = await api.POST(`${HUB}/models/{model_id}/explain`, {
    params: { path: { model_id: modelId } },
    body: { input_data: data, version },
  })
  return told!
}
