import { useTimeZone } from "@/app/session"
import { Card, Facts } from "@/ui/basics"
import { Chart } from "@/ui/chart"
import { Select } from "@/ui/field"
import { count } from "@/ui/format"
import { modelRoute } from "../models/routes"
import { metricInterval, metricMeans, metricValue, metricWord } from "../parts/metric"
import { dayText } from "./days"
import type { Performance, Period } from "./queries"
import { courseOf, figureNames, latest } from "./series"

/** A figure over time with its interval, beside what training measured and what is expected before outcomes come. */
export function PerformanceCard({
  found,
  version,
  periods,
}: {
  found: Performance
  version: number | undefined
  periods: Period[]
}) {
  const { metric: asked } = modelRoute.useSearch()
  const navigate = modelRoute.useNavigate()
  const zone = useTimeZone()
  const standing = found.versions.find((each) => each.version === version)
  const names = figureNames(periods)
  const name = [asked, standing?.metric, found.metric, names[0]].find((each) => each && names.includes(each)) ?? ""
  const course = courseOf(periods, name)
  const training = standing?.baseline.find((each) => each.name === name)
  const last = latest(periods, (each) => each.metrics.some((figure) => figure.name === name))
  const now = last?.metrics.find((figure) => figure.name === name)
  return (
    <Card
      title="How it does over time"
      actions={
        names.length > 1 && (
          <Select
            aria-label="Figure"
            className="w-52!"
            value={name}
            onChange={(event) =>
              void navigate({ search: (at) => ({ ...at, metric: event.target.value }), replace: true })
            }
          >
            {names.map((each) => (
              <option key={each} value={each}>
                {metricWord(each)}
              </option>
            ))}
          </Select>
        )
      }
    >
      {periods.length === 0 || !name ? (
        <p className="py-6 text-center text-[13px] text-ink-3">
          Nothing was measured yet. Predictions are measured within minutes; figures of how right they were come with
          their outcomes.
        </p>
      ) : (
        <>
          <Facts
            className="mb-3"
            items={[
              [`${metricWord(name)} now`, now ? <Measured key="now" {...now} /> : "No outcomes yet"],
              ["In training", training ? <Measured key="training" {...training} /> : "–"],
              ["Predictions", count(periods.reduce((sum, each) => sum + each.predictions, 0))],
              ["Outcomes known", count(periods.reduce((sum, each) => sum + each.labelled, 0))],
            ]}
          />
          <Chart
            className="h-60"
            data={{
              label: `${metricWord(name)} of version ${version} over time`,
              kind: "line",
              points: periods.map((each) => dayText(each.period_from, zone)),
              series: [
                { name: "Measured", colour: "accent", values: course.measured },
                ...(course.expected.some((each) => each !== null)
                  ? [{ name: "Expected", colour: "info-fill", values: course.expected, dashed: true }]
                  : []),
                ...(training
                  ? [{ name: "Training", colour: "abstain-fill", values: periods.map(() => training.value) }]
                  : []),
              ],
              band: { name: "95 % interval", colour: "accent", lower: course.lower, upper: course.upper },
              format: (value) => metricValue(name, value),
            }}
          />
          <p className="text-xs text-ink-3">
            {metricMeans(name)} Measured on cases whose outcome is known; expected from how sure the model was, where
            that can be trusted. A point below training is news only when its interval leaves the line.
          </p>
        </>
      )}
    </Card>
  )
}

function Measured({
  name,
  value,
  lower,
  upper,
}: {
  name: string
  value: number
  lower: number | null
  upper: number | null
}) {
  const interval = metricInterval(name, lower, upper)
  return (
    <span className="num">
      <span className="font-semibold">{metricValue(name, value)}</span>
      {interval && <span className="block text-xs text-ink-3">{interval}</span>}
    </span>
  )
}
