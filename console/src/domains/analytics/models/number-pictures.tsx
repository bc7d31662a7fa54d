import { Card } from "@/ui/basics"
import { Chart } from "@/ui/chart"
import { bands, type Details } from "./report"

const BANDS = 12

/** How far predictions of numbers lie off. */
export function NumberPictures({ details, target }: { details: Details; target: unknown }) {
  const at = details.residual_quantiles ?? {}
  const found = bands(
    (details.sample ?? []).map(([predicted, actual]) => actual - predicted),
    BANDS,
  )
  const show = (value: number | undefined) =>
    value === undefined ? "–" : value.toLocaleString(undefined, { maximumSignificantDigits: 3 })
  return (
    <Card title="How far it is off">
      {found.length > 0 && (
        <Chart
          className="h-56"
          data={{
            label: "How many cases of a sample lie how far above or below what was predicted",
            kind: "bars",
            axis: "Actual minus predicted",
            points: found.map((band) => `${show(band.from)} to ${show(band.to)}`),
            series: [{ name: "Cases", colour: "accent", values: found.map((band) => band.count) }],
          }}
        />
      )}
      <p className="text-[13px] text-ink-2">
        Half of the time {typeof target === "string" ? target : "the truth"} lies between {show(at["0.25"])} and{" "}
        {show(at["0.75"])} beside the prediction; in nine of ten cases between {show(at["0.05"])} and {show(at["0.95"])}
        .
      </p>
    </Card>
  )
}
