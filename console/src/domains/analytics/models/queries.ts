/** What is asked of the API about models. */
import { keepPreviousData } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"
import type { ModelsSearch } from "./search"

export type Model = Schema["ModelDetail"]
export type ModelRow = Schema["ModelRow"]
export type Alias = Schema["ModelAlias"]
export type VersionRow = Schema["VersionRow"]
export type Version = Schema["VersionDetail"]
export type Deployment = Schema["DeploymentRow"]
export type Metric = Schema["MetricShown"]

export const MODELS = "/api/v1/ai-analytics/models"
/** How far a training is comes without an event. */
const BUSY_MILLISECONDS = 2_000
const PAGE_SIZE = 50

export const modelsQuery = ({ q, type, state, after }: ModelsSearch) =>
  query.queryOptions(
    "get",
    MODELS,
    { params: { query: { q, model_type: type, state, after, limit: PAGE_SIZE } } },
    {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state: { data } }) =>
        data?.items.some((each) => each.state === "training") ? BUSY_MILLISECONDS : false,
    },
  )

export const modelQuery = (id: string) =>
  query.queryOptions(
    "get",
    `${MODELS}/{model_id}`,
    { params: { path: { model_id: id } } },
    { refetchInterval: ({ state: { data } }) => (data?.state === "training" ? BUSY_MILLISECONDS : false) },
  )

export const versionsQuery = (id: string, after?: number) =>
  query.queryOptions(
    "get",
    `${MODELS}/{model_id}/versions`,
    { params: { path: { model_id: id }, query: { after, limit: PAGE_SIZE } } },
    { placeholderData: keepPreviousData },
  )

export const versionQuery = (id: string, number: number) =>
  query.queryOptions("get", `${MODELS}/{model_id}/versions/{number}`, {
    params: { path: { model_id: id, number } },
  })

export const deploymentsQuery = (id: string, after?: string) =>
  query.queryOptions(
    "get",
    `${MODELS}/{model_id}/deployments`,
    { params: { path: { model_id: id }, query: { after, limit: PAGE_SIZE } } },
    { placeholderData: keepPreviousData },
  )
