import { useTimeZone } from "@/app/session"
import { Card } from "@/ui/basics"
import { Chart } from "@/ui/chart"
import { percent } from "@/ui/format"
import { dayText } from "../monitoring/days"
import type { Dashboard } from "./queries"

/** How much the models were asked by day, and how right and how sure they were. */
export function UsageCard({ found: { over_time } }: { found: Dashboard }) {
  const zone = useTimeZone()
  if (over_time.length < 2) return null
  const points = over_time.map((each) => dayText(each.day, zone))
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
      <Card title="Predictions by day">
        <Chart
          className="h-48"
          data={{
            label: "Predictions by day",
            kind: "bars",
            points,
            series: [
              { name: "Predictions", colour: "accent", values: over_time.map((each) => each.predictions) },
              { name: "Outcomes known", colour: "info-fill", values: over_time.map((each) => each.labelled) },
            ],
          }}
        />
      </Card>
      <Card title="How right, and how sure">
        <Chart
          className="h-48"
          data={{
            label: "Accuracy and mean confidence by day",
            kind: "line",
            points,
            series: [
              { name: "Right, of known outcomes", colour: "accent", values: over_time.map((each) => each.accuracy) },
              {
                name: "Mean confidence",
                colour: "abstain-fill",
                values: over_time.map((each) => each.mean_confidence),
              },
            ],
            format: (value) => percent(value, 1),
          }}
        />
        <p className="text-xs text-ink-3">
          Where models are right less often than they are sure, they promise too much.
        </p>
      </Card>
    </div>
  )
}
