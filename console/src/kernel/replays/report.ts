/** The report of a replay (docs/reference/replay-report.md). What cannot be known is null. */
export interface Rate {
  rate: number | null
  lower: number | null
  upper: number | null
  defaulted: number
  known: number
}

export interface CalibrationBin {
  count: number
  mean_predicted: number | null
  observed: number | null
  lower: number | null
  upper: number | null
}

export interface Fairness {
  attribute: string
  groups: {
    value: string
    count: number
    approved: number
    rate: number | null
    lower: number | null
    upper: number | null
    ratio: number | null
    large_enough: boolean
  }[]
  four_fifths_ratio: number | null
  passes: boolean | null
}

export interface Profit {
  decisions: number
  decisions_with_asked_as_proposed: number
  approve_all: number
  reject_all: number
  plain_cutoff: number
  unit: "amount" | "loan"
  cost_matrix: { gain: number; loss: number; assumed: boolean }
}

export interface Report {
  source: string
  organization: string
  rows_in_file: number
  rows_trained_on: number
  rows_decided: number
  rows_quarantined: number
  approved: number
  rejected: number
  asked: number
  refused: number
  observed?: number
  automatic_share: number | null
  asked_because: Record<string, number>
  default_rates: Record<string, Rate>
  auc: number | null
  auc_interval: [number, number] | null
  brier: number | null
  brier_of_base_rate: number | null
  calibration: CalibrationBin[]
  coverage: number | null
  coverage_target: number | null
  profit: Profit | Record<string, never> | null
  fairness: Fairness[]
  rules: { name: string; reason: string; applies: boolean; why_not: string | null; fired: number }[]
  notices: string[]
  quarantine: { counts: Record<string, number>; first: { row: number; code: string; reason: string }[] }
}
