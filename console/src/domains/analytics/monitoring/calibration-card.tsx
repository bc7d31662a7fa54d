import { useTimeZone } from "@/app/session"
import { Card } from "@/ui/basics"
import { Chart } from "@/ui/chart"
import { count, percent } from "@/ui/format"
import { dayText } from "./days"
import type { Period } from "./queries"
import { latest } from "./series"

/** Whether probabilities hold: of the cases given 70 %, do seven in ten come true? Now, and over time. */
export function CalibrationCard({ periods }: { periods: Period[] }) {
  const zone = useTimeZone()
  const measured = periods.filter((each) => each.calibration !== null)
  const last = latest(periods, (each) => each.calibration !== null)
  const now = last?.calibration
  return (
    <Card title="Do its probabilities hold?">
      {!last || !now ? (
        <p className="text-[13px] text-ink-3">That can be said when enough outcomes are known.</p>
      ) : (
        <div className="flex flex-col gap-3">
          <p className="text-[15px]">{now.words}</p>
          <p className="num text-[13px] text-ink-3">
            On average it promised {percent(now.promised, 1)} and {percent(now.observed, 1)} came true, from{" "}
            {dayText(last.period_from, zone)}, {count(last.labelled)} outcomes.
          </p>
          <Chart
            className="h-48"
            data={{
              label: "What was promised and what came true",
              kind: "line",
              axis: "Promised",
              points: now.points.map((each) => percent(each.predicted)),
              series: [
                { name: "Promised", colour: "abstain-fill", values: now.points.map((each) => each.predicted) },
                { name: "Came true", colour: "accent", values: now.points.map((each) => each.observed) },
              ],
              format: (value) => percent(value),
            }}
          />
          {measured.length > 1 && (
            <section aria-label="Calibration over time">
              <h3 className="mb-1 text-[13px] font-semibold">Gap between promise and truth, over time</h3>
              <Chart
                className="h-32"
                data={{
                  label: "Mean gap between promised and observed shares",
                  kind: "line",
                  points: measured.map((each) => dayText(each.period_from, zone)),
                  series: [{ name: "Gap", colour: "accent", values: measured.map((each) => each.calibration!.error) }],
                  format: (value) => percent(value, 1),
                }}
              />
            </section>
          )}
        </div>
      )}
    </Card>
  )
}
