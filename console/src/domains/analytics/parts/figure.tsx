import { Tip } from "@/ui/basics"
import { metricInterval, metricMeans, metricValue, metricWord } from "./metric"

export interface Measured {
  metric: string
  metric_value: number | null
  lower?: number | null
  upper?: number | null
  baseline?: string | null
  baseline_value?: number | null
}

/** The figure by which versions are compared, with its interval, beside what the best of the simple ways reaches. */
export function Figure({ of, baseline = true }: { of: Measured; baseline?: boolean }) {
  const interval = metricInterval(of.metric, of.lower, of.upper)
  return (
    <span className="num inline-flex items-baseline gap-1.5 whitespace-nowrap">
      <Tip label={metricMeans(of.metric) ?? metricWord(of.metric)}>
        <span className="text-xs text-ink-3">{metricWord(of.metric)}</span>
      </Tip>
      <span className="font-medium">{metricValue(of.metric, of.metric_value)}</span>
      {interval && <span className="text-xs text-ink-3">{interval}</span>}
      {baseline && of.baseline_value !== null && of.baseline_value !== undefined && (
        <Tip label={`The best of the simple ways: ${of.baseline ?? "baseline"}`}>
          <span className="text-xs text-ink-3">vs. {metricValue(of.metric, of.baseline_value)}</span>
        </Tip>
      )}
    </span>
  )
}
