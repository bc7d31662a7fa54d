import { Card } from "@/ui/basics"
import { Chart } from "@/ui/chart"
import { percent } from "@/ui/format"
import type { CalibrationBin } from "./report"

/** Predicted beside observed: a model that is calibrated keeps both lines together. */
export function Calibration({ bins }: { bins: CalibrationBin[] }) {
  return (
    <Card title="Calibration">
      {bins.length === 0 ? (
        <p className="text-[13px] text-ink-3">No outcome of a decided row is known.</p>
      ) : (
        <Chart
          data={{
            label: "Predicted and observed share of repaid loans, by tenth of the predictions",
            kind: "line",
            points: bins.map((bin) => (bin.mean_predicted === null ? "–" : percent(bin.mean_predicted))),
            series: [
              { name: "Predicted", colour: "abstain-fill", values: bins.map((bin) => bin.mean_predicted) },
              { name: "Observed", colour: "accent", values: bins.map((bin) => bin.observed) },
            ],
            format: (value) => percent(value),
          }}
        />
      )}
    </Card>
  )
}
