import { query, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"

export type DecisionRecord = Schema["DecisionRecord"]
export type DecisionRow = Schema["DecisionView"]
export type ExplanationData = Schema["Explanation"]
export type EffectView = Schema["EffectView"]

const one = (decisionId: string) => ({ params: { path: { decision_id: decisionId } } })

/** Computed from the frozen record: asked for once, and again only when a blind case was answered. */
const FROZEN = { staleTime: Number.POSITIVE_INFINITY }

export const decisionQuery = (decisionId: string) =>
  query.queryOptions("get", "/api/v1/decisions/{decision_id}", one(decisionId))
export const explanationQuery = (decisionId: string) =>
  query.queryOptions("get", "/api/v1/decisions/{decision_id}/explanation", one(decisionId), FROZEN)
export const traceQuery = (decisionId: string) =>
  query.queryOptions("get", "/api/v1/decisions/{decision_id}/trace", one(decisionId), FROZEN)
export const timelineQuery = (decisionId: string) =>
  query.queryOptions("get", "/api/v1/decisions/{decision_id}/timeline", one(decisionId))
export const similarQuery = (decisionId: string) =>
  query.queryOptions("get", "/api/v1/decisions/{decision_id}/similar", one(decisionId))
export const outcomesQuery = (decisionId: string) =>
  query.queryOptions("get", "/api/v1/decisions/{decision_id}/outcomes", one(decisionId))
export const effectsQuery = (decisionId: string) =>
  query.queryOptions("get", "/api/v1/effects", { params: { query: { decision_id: decisionId, limit: 100 } } })

/** Whether this was refused because a blind case about the decision still waits for its answer. */
export const isHidden = (error: unknown) => error !== null && asApiError(error).code === "proposal_hidden"
