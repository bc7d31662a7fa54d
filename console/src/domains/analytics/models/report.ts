/** What a training measured, as the API gives it: parts that only one kind of model has may be absent. */
import type { Metric } from "./queries"

export type Measured = { name: string; metrics: Metric[] }
export type FeatureUse = { name: string; type: string; importance: number }
export type CalibrationPoint = { predicted: number; observed: number; count: number }
export type GroupFigures = {
  attribute: string
  value: string
  count: number
  metrics: Metric[]
  flagged: boolean
  why: string | null
}
export type Leak = { column: string; left_out: boolean; message: string }
type Threshold = { threshold: number; precision: number; recall: number; f1: number; share_named: number }
type Horizon = {
  horizon: number
  count: number
  mase: number | null
  naive_mase: number | null
  coverage: number | null
}
export type Details = {
  classes?: string[]
  /** Rows: what came; columns: what was said. */
  confusion?: number[][]
  roc?: [number, number][]
  threshold?: { advice: string; best_f1: Threshold; one_half: Threshold }
  residual_quantiles?: Record<string, number>
  /** Predicted and actual. */
  sample?: [number, number][]
  clusters?: { cluster: string; size: number; share: number; words: string }[]
  outside_share?: number
  stability?: number[]
  scores?: { edges: number[]; counts: number[] }
  threshold_score?: number
  strangest?: { row: number; score: number; reasons: { feature: string; value: string | null }[] }[]
  expected_share?: number
  back_test?: { origins: number; series_tested: number; by_horizon: Horizon[] } | null
  series_count?: number
  horizon?: number
  frequency?: string
}
export type Report = {
  primary: string
  split: string
  rows_read: number
  rows_used: number
  rows_validation: number
  seconds: number
  verdict: string[]
  notices: string[]
  leakage: Leak[]
  features: FeatureUse[]
  calibration: CalibrationPoint[]
  coverage_wanted: number | null
  coverage_measured: number | null
  groups: GroupFigures[]
  compared: Measured[]
  details: Details
}

/** A report is written by the program that measured; of another edition some of it may be missing. */
export function readReport(raw: Record<string, unknown>): Report {
  const list = (name: string) => (Array.isArray(raw[name]) ? raw[name] : [])
  const given = raw as Partial<Report>
  return {
    primary: given.primary ?? "",
    split: given.split ?? "none",
    rows_read: given.rows_read ?? 0,
    rows_used: given.rows_used ?? 0,
    rows_validation: given.rows_validation ?? 0,
    seconds: given.seconds ?? 0,
    verdict: list("verdict"),
    notices: list("notices"),
    leakage: list("leakage"),
    features: list("features"),
    calibration: list("calibration"),
    coverage_wanted: given.coverage_wanted ?? null,
    coverage_measured: given.coverage_measured ?? null,
    groups: list("groups"),
    compared: list("compared"),
    details: given.details ?? {},
  }
}

const SPLITS: Record<string, string> = {
  "time-ordered": "Measured on the latest rows, after learning from the earlier ones, as it will be used.",
  "by group": "Measured on whole groups of rows of which it had seen no part.",
  stratified: "Measured on rows drawn at random with the same mix of classes; no time was named to order them by.",
  random: "Measured on rows drawn at random; no time was named to order them by.",
  "rolling origin": "Measured by forecasting from several points in the past and comparing with what came.",
  none: "Nothing says what is right here; measured by how clearly its groups part.",
}
export const splitWords = (split: string) => SPLITS[split] ?? `Measured on rows held back (${split}).`

/** A curve given at uneven places, read off at even ones, so that its points can stand in equal steps. */
export function readOff(curve: readonly (readonly [number, number])[], steps: number): number[] {
  const found: number[] = []
  for (let step = 0; step <= steps; step += 1) {
    const x = step / steps
    const after = curve.findIndex(([at]) => at > x)
    if (after === -1) found.push(curve.at(-1)?.[1] ?? 0)
    else if (after === 0) found.push(curve[0]![1])
    else {
      const [x0, y0] = curve[after - 1]!
      const [x1, y1] = curve[after]!
      found.push(y0 + ((x - x0) / (x1 - x0 || 1)) * (y1 - y0))
    }
  }
  return found
}

/** How many values fall in each of equal bands between the least and the most. */
export function bands(values: readonly number[], count: number): { from: number; to: number; count: number }[] {
  if (values.length === 0) return []
  const low = Math.min(...values)
  const width = (Math.max(...values) - low) / count || 1
  const found = Array.from({ length: count }, (_, at) => ({
    from: low + at * width,
    to: low + (at + 1) * width,
    count: 0,
  }))
  for (const value of values) found[Math.min(count - 1, Math.floor((value - low) / width))]!.count += 1
  return found
}
