/** A model as it is typed in, and as the API takes it. */
import type { Schema } from "@/api/client"
import type { ApiError } from "@/api/problem"
import type { Model } from "./queries"
import type { ModelType } from "./search"

export type Body = Schema["ModelBody"]
type Effort = Schema["ModelDetail"]["effort"]
type Parameter = boolean | number | string

/** Where rows come from: one of the three. */
export type Source = { dataset_id: string } | { source: string } | { query: string }

export interface Draft {
  name: string
  description: string
  source: Source | null
  type: ModelType
  target: string | null
  positive: string
  time: string | null
  group: string | null
  series: string | null
  horizon: number | undefined
  /** Columns that it must not learn from. */
  excluded: string[]
  /** Columns that it was told to learn from, and no others; null: all that are not excluded. */
  chosen: string[] | null
  protected: string[]
  algorithm: string
  /** What differs from the algorithm's own defaults. */
  parameters: Record<string, Parameter>
  effort: Effort
  coverage: number | undefined
  seed: number | undefined
  retraining: number | undefined
  deploy: boolean
  monotone: Record<string, -1 | 0 | 1>
  allowSuspicious: string[]
}

export const COVERAGE = 0.9

export const emptyDraft = (source: Source | null): Draft => ({
  name: "",
  description: "",
  source,
  type: "classification",
  target: null,
  positive: "",
  time: null,
  group: null,
  series: null,
  horizon: undefined,
  excluded: [],
  chosen: null,
  protected: [],
  algorithm: "auto",
  parameters: {},
  effort: "quick",
  coverage: COVERAGE,
  seed: 0,
  retraining: undefined,
  deploy: false,
  monotone: {},
  allowSuspicious: [],
})

export const draftOf = (model: Model): Draft => ({
  name: model.model_name,
  description: model.description,
  source: sourceOf(model.training_data_source),
  type: model.model_type,
  target: model.target_column,
  positive: model.positive ?? "",
  time: model.time_column,
  group: model.group_column,
  series: model.series_column,
  horizon: model.horizon ?? undefined,
  excluded: model.exclude,
  chosen: model.feature_columns,
  protected: model.protected_columns,
  algorithm: model.algorithm,
  parameters: model.parameters as Record<string, Parameter>,
  effort: model.effort,
  coverage: model.coverage,
  seed: model.seed,
  retraining: model.retraining_frequency_days ?? undefined,
  deploy: model.deploy_when_validated,
  monotone: model.monotone as Record<string, -1 | 0 | 1>,
  allowSuspicious: model.allow_suspicious,
})

const sourceOf = ({ dataset_id, source, query }: Model["training_data_source"]): Source | null =>
  dataset_id ? { dataset_id } : source ? { source } : query ? { query } : null

export const isTargeted = (type: ModelType) => type !== "clustering" && type !== "anomaly"

/** Columns with a part of their own, which nothing is learnt from as features. */
export const partOf = (draft: Draft, column: string): string | null => {
  if (isTargeted(draft.type) && column === draft.target) return "Target"
  if (column === draft.group) return "Group"
  if (draft.type === "forecasting" && column === draft.series) return "Series"
  if (draft.protected.includes(column)) return "Protected"
  return null
}

export const isLearntFrom = (draft: Draft, column: string): boolean =>
  partOf(draft, column) === null &&
  (draft.chosen === null || draft.chosen.includes(column)) &&
  !draft.excluded.includes(column)

/** What the API is sent; call it only when there is a source. */
export function bodyOf(draft: Draft): Body {
  const forecasts = draft.type === "forecasting"
  const target = isTargeted(draft.type) ? draft.target : null
  const kept = (column: string) => column !== target && column !== draft.group && !draft.protected.includes(column)
  return {
    model_name: draft.name.trim(),
    description: draft.description.trim(),
    model_type: draft.type,
    algorithm: draft.algorithm,
    training_data_source: draft.source!,
    target_column: target,
    feature_columns: draft.chosen?.filter(kept),
    time_column: draft.time,
    group_column: draft.group,
    series_column: forecasts ? draft.series : null,
    horizon: forecasts ? (draft.horizon ?? null) : null,
    protected_columns: draft.protected.filter((column) => column !== target),
    exclude: draft.excluded.filter(kept),
    positive: draft.type === "classification" ? draft.positive.trim() || null : null,
    monotone: draft.monotone,
    coverage: draft.coverage ?? COVERAGE,
    parameters: draft.parameters,
    effort: draft.effort,
    seed: draft.seed ?? 0,
    retraining_frequency_days: draft.retraining ?? null,
    allow_suspicious: draft.allowSuspicious,
    deploy_when_validated: draft.deploy,
  }
}

export type Faults = Partial<Record<string, string>>

/** What is wrong before anything is sent. */
export function faultsOf(draft: Draft): Faults {
  const faults: Faults = {}
  if (!draft.name.trim()) faults.model_name = "Give it a name."
  if (!draft.source) faults.training_data_source = "Choose what it is to learn from."
  else if (isTargeted(draft.type) && !draft.target) faults.target_column = "Choose the column that is to be told."
  else if (draft.type === "forecasting" && !draft.time)
    faults.time_column = "Choose the column of the date or time: a forecast needs to know when each row happened."
  return faults
}

const FIELDS = [
  "model_name",
  "description",
  "training_data_source",
  "model_type",
  "target_column",
  "positive",
  "time_column",
  "group_column",
  "series_column",
  "horizon",
  "feature_columns",
  "exclude",
  "protected_columns",
  "algorithm",
  "parameters",
  "coverage",
  "seed",
  "retraining_frequency_days",
] as const

/** The server's complaints by field; `rest` is what belongs to none. */
export function faultsFrom(error: ApiError): { faults: Faults; rest: string | null } {
  const faults: Faults = {}
  const place = (field: string | null | undefined) => {
    const parts = (field ?? "").split(".")
    return FIELDS.find((each) => parts.includes(each))
  }
  for (const each of error.errors) {
    const field = place(each.field)
    if (field) faults[field] ??= each.message ?? each.detail ?? error.sentence
  }
  const field = place(error.field)
  if (field) faults[field] ??= error.sentence
  return { faults, rest: Object.keys(faults).length ? null : error.sentence }
}
