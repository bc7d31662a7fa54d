import { Chart, type ChartData } from "@/ui/chart"
import { percent } from "@/ui/format"
import type { Summary } from "./queries"
import { amount } from "./words"

const PAST_MIN = 48
const PAST_HORIZONS = 4

type Points = Pick<Summary, "past" | "future">

/** The end of the past and what is expected, with the bounds: the past as long as it helps to judge what follows. */
export function toChart(name: string, { past, future }: Points, coverage: number): ChartData {
  const shown = past.slice(-Math.max(PAST_MIN, future.length * PAST_HORIZONS))
  const before = shown.map(() => null)
  return {
    label: `${name}: past and forecast`,
    kind: "line",
    axis: "Period",
    points: [...shown, ...future].map(({ period }) => period),
    series: [
      { name: "Past", colour: "abstain-fill", values: [...shown.map(({ value }) => value), ...future.map(() => null)] },
      { name: "Forecast", colour: "accent", values: [...before, ...future.map(({ value }) => value)] },
    ],
    band: {
      name: `Bounds (${percent(coverage)})`,
      colour: "accent",
      lower: [...before, ...future.map(({ lower }) => lower)],
      upper: [...before, ...future.map(({ upper }) => upper)],
    },
    format: amount,
  }
}

/** Past, forecast and bounds of one series, or of all together. */
export function SeriesChart({ name, points, coverage }: { name: string; points: Points; coverage: number }) {
  if (points.future.length === 0) return <p className="text-[13px] text-ink-3">There is nothing to draw.</p>
  return <Chart data={toChart(name, points, coverage)} className="h-72" />
}
