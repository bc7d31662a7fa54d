/** Figures by which models are measured: their names, what they mean, and how they are written. */
const METRICS: Record<string, { word: string; means: string; share?: true; fixed?: true }> = {
  auc: {
    word: "AUC",
    means: "How often a case that came true is ranked above one that did not; 0.5 is chance.",
  },
  average_precision: {
    word: "Average precision",
    means: "Precision over all cut-offs; the share of cases is chance.",
  },
  accuracy: { word: "Accuracy", means: "Share of cases it gets right.", share: true },
  balanced_accuracy: {
    word: "Balanced accuracy",
    means: "Share it gets right, each class counting the same.",
    share: true,
  },
  precision: { word: "Precision", means: "Of those it names, how many are right.", share: true },
  recall: { word: "Recall", means: "Of those that are right, how many it names.", share: true },
  f1: { word: "F1", means: "Precision and recall in one figure." },
  macro_f1: { word: "F1, mean of classes", means: "Precision and recall in one figure, each class counting the same." },
  brier: { word: "Brier score", means: "How wrong its probabilities are, squared; lower is better." },
  log_loss: { word: "Log loss", means: "How wrong its probabilities are; lower is better." },
  calibration_error: {
    word: "Calibration error",
    means: "How far its probabilities lie from what came true, on average.",
    share: true,
  },
  rmse: { word: "RMSE", means: "Typical error in the target's units, large ones counting more." },
  mae: { word: "MAE", means: "Mean error in the target's units." },
  median_error: { word: "Median error", means: "Half of the errors are smaller." },
  mape: { word: "MAPE", means: "Mean error as a share of the true value.", share: true },
  smape: { word: "sMAPE", means: "Mean error as a share of value and forecast together.", share: true },
  mase: { word: "MASE", means: "Error over that of the simplest forecast; below 1 is better than it." },
  r2: { word: "R²", means: "Share of the target's variation that it explains.", fixed: true },
  silhouette: { word: "Silhouette", means: "How clearly the groups part, from −1 to 1.", fixed: true },
  davies_bouldin: { word: "Davies–Bouldin", means: "How wide groups are beside what parts them; lower is better." },
  stability: {
    word: "Stability",
    means: "How alike the groups are when learnt again from other rows; 1 is the same, 0 is chance.",
    fixed: true,
  },
  coverage: { word: "Coverage", means: "Share of cases that its ranges and sets held.", share: true },
  alarm_rate: { word: "Alarm rate", means: "Share of rows it never saw that it alarms.", share: true },
  injected_auc: {
    word: "AUC of planted",
    means: "How often rows made strange on purpose rank above real ones; 0.5 is chance.",
  },
  named_share: { word: "Named", means: "Share of cases it names the positive class for.", share: true },
  observed_share: { word: "Observed", means: "Share of cases in which it came true.", share: true },
}

export const metricWord = (name: string) => METRICS[name]?.word ?? name.replaceAll("_", " ")
export const metricMeans = (name: string): string | undefined => METRICS[name]?.means

const DIGITS = 3
const share = (value: number) =>
  value.toLocaleString(undefined, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** A figure in three significant places, or as a share. */
export function metricValue(name: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return "–"
  if (METRICS[name]?.share) return share(value)
  if (Math.abs(value) >= 100) return value.toLocaleString(undefined, { maximumFractionDigits: 1 })
  if (Math.abs(value) >= 1 || value === 0) return value.toLocaleString(undefined, { maximumFractionDigits: DIGITS })
  return Math.abs(value) < 0.001 && !METRICS[name]?.fixed
    ? value.toLocaleString(undefined, { maximumSignificantDigits: 2 })
    : value.toLocaleString(undefined, { minimumFractionDigits: DIGITS, maximumFractionDigits: DIGITS })
}

/** "0.77 to 0.89", or nothing where no interval can be given. */
export const metricInterval = (name: string, lower: number | null | undefined, upper: number | null | undefined) =>
  lower === null || lower === undefined || upper === null || upper === undefined
    ? null
    : `${metricValue(name, lower)} to ${metricValue(name, upper)}`
