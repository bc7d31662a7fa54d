/** What the addresses of models' pages say. */
import type { Schema } from "@/api/client"
import * as read from "@/ui/search-params"
import { type MonitoringSearch, readMonitoringSearch } from "../monitoring/search"
import { type PredictionsSearch, readPredictionsSearch } from "../predictions/search"

export type ModelType = Schema["ModelRow"]["model_type"]
export type ModelState = Schema["ModelRow"]["state"]

export const TYPES = [
  "classification",
  "regression",
  "forecasting",
  "clustering",
  "anomaly",
] as const satisfies ModelType[]
export const STATES = ["ready", "training", "failed", "draft"] as const satisfies ModelState[]
export const TABS = ["overview", "versions", "try", "predictions", "monitoring", "history"] as const
export type ModelTab = (typeof TABS)[number]

type Raw = Record<string, unknown>
const TEXT_MAX = 200

export interface ModelsSearch {
  q?: string
  type?: ModelType
  state?: ModelState
  after?: string
  /** The row under the keyboard's cursor. */
  current?: string
}

export const readModelsSearch = (raw: Raw): ModelsSearch => ({
  q: read.short(raw, "q", TEXT_MAX),
  type: read.oneOf(raw, "type", TYPES),
  state: read.oneOf(raw, "state", STATES),
  after: read.uuid(raw, "after"),
  current: read.uuid(raw, "current"),
})

export interface NewModelSearch {
  dataset?: string
  source?: string
}

export const readNewModelSearch = (raw: Raw): NewModelSearch => ({
  dataset: read.uuid(raw, "dataset"),
  source: read.short(raw, "source", TEXT_MAX),
})

export interface ModelSearch extends PredictionsSearch, MonitoringSearch {
  tab?: ModelTab
  /** The version that is looked at, on its tab. */
  version?: number
  after?: string
}

export const readModelSearch = (raw: Raw): ModelSearch => ({
  ...readPredictionsSearch(raw),
  ...readMonitoringSearch(raw),
  tab: read.oneOf(raw, "tab", TABS),
  version: read.version(raw, "version"),
  after: read.short(raw, "after", TEXT_MAX),
})
