import { Card } from "@/ui/basics"
import { Chart } from "@/ui/chart"
import { count, percent } from "@/ui/format"
import type { Details } from "./report"

/** How forecasts made in the past did, by how far ahead they looked. */
export function ForecastPictures({ details, wanted }: { details: Details; wanted: number | null }) {
  const test = details.back_test
  if (!test) return null
  const far = test.by_horizon
  const points = far.map((_, at) => `${at + 1} ahead`)
  return (
    <Card title="How past forecasts did">
      <Chart
        className="h-56"
        data={{
          label: "Error of forecasts made in the past beside repeating the last season, by steps ahead",
          kind: "line",
          axis: "Steps",
          points,
          series: [
            { name: "This version", colour: "accent", values: far.map((each) => each.mase) },
            { name: "Last season again", colour: "abstain-fill", values: far.map((each) => each.naive_mase) },
          ],
          format: (value) => value.toFixed(2),
        }}
      />
      <p className="mb-3 text-[13px] text-ink-2">
        Error (MASE) on {count(test.series_tested)} series, forecast from {count(test.origins)} points in the past;
        lower is better.
      </p>
      {far.some((each) => each.coverage !== null) && (
        <>
          <Chart
            className="h-40"
            data={{
              label: "How often the ranges held what came, by steps ahead",
              kind: "line",
              axis: "Steps",
              points,
              series: [
                { name: "Held", colour: "accent", values: far.map((each) => each.coverage) },
                { name: "Wanted", colour: "abstain-fill", values: far.map(() => wanted) },
              ],
              format: (value) => percent(value),
            }}
          />
          <p className="text-[13px] text-ink-2">How often its ranges held what came.</p>
        </>
      )}
    </Card>
  )
}
