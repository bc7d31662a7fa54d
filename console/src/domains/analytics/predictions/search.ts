/** What the address says of a model's predictions. */
import type { Schema } from "@/api/client"
import * as read from "@/ui/search-params"

export type Role = Schema["StoredPrediction"]["role"]
export const ROLES = ["champion", "challenger", "shadow", "version"] as const satisfies Role[]
export const OUTCOMES = ["known", "unknown"] as const
const TEXT_MAX = 200

/** On the tab of predictions, beside `version` and `after`; `way` is how the model is tried. */
export interface PredictionsSearch {
  role?: Role
  entity_type?: string
  entity?: string
  batch?: string
  outcome?: (typeof OUTCOMES)[number]
  since?: string
  until?: string
  /** The prediction that is looked at. */
  current?: string
  way?: "file"
}

export const readPredictionsSearch = (raw: Record<string, unknown>): PredictionsSearch => ({
  role: read.oneOf(raw, "role", ROLES),
  entity_type: read.short(raw, "entity_type", TEXT_MAX),
  entity: read.short(raw, "entity", TEXT_MAX),
  batch: read.uuid(raw, "batch"),
  outcome: read.oneOf(raw, "outcome", OUTCOMES),
  since: read.moment(raw, "since"),
  until: read.moment(raw, "until"),
  current: read.uuid(raw, "current"),
  way: read.oneOf(raw, "way", ["file"]),
})

export type Wanted = PredictionsSearch & { version?: number; after?: string }

const FILTERS = ["version", "role", "entity_type", "entity", "batch", "outcome", "since", "until"] as const
export const NO_FILTER = Object.fromEntries(FILTERS.map((name) => [name, undefined])) as Partial<Wanted>
export const filterCount = (wanted: Wanted) => FILTERS.filter((name) => wanted[name] !== undefined).length

/** The same as the API takes it. */
export const asFilter = (modelId: string, wanted: Wanted) => ({
  model_id: modelId,
  version: wanted.version,
  role: wanted.role,
  business_entity_type: wanted.entity_type,
  business_entity_id: wanted.entity,
  batch_id: wanted.batch,
  has_outcome: wanted.outcome && wanted.outcome === "known",
  since: wanted.since && new Date(wanted.since).toISOString(),
  until: wanted.until && new Date(wanted.until).toISOString(),
})
