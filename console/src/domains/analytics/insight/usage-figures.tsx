import { Link } from "@tanstack/react-router"
import type { ReactNode } from "react"
import { Sparkline } from "@/ui/chart"
import { count, percent } from "@/ui/format"
import type { Dashboard } from "./queries"

/** The hub in six figures, each beside what it was in the time before. */
export function UsageFigures({ found: { usage, over_time, days } }: { found: Dashboard }) {
  const change = usage.predictions_before > 0 ? usage.predictions / usage.predictions_before - 1 : null
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Figure
        term="Predictions"
        value={count(usage.predictions)}
        note={
          change === null
            ? `in ${days} days`
            : `${change.toLocaleString(undefined, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" })} on the ${days} days before`
        }
        course={over_time.map((each) => each.predictions)}
      />
      <Figure
        term="Outcomes known"
        value={usage.predictions > 0 ? percent(usage.labelled / usage.predictions) : "–"}
        note={`${count(usage.labelled)} were told`}
      />
      <Figure
        term="Right, of those"
        value={usage.accuracy === null ? "–" : percent(usage.accuracy, 1)}
        note={usage.accuracy_before === null ? "of classes" : `${percent(usage.accuracy_before, 1)} before`}
        course={over_time.map((each) => each.accuracy)}
      />
      <Figure
        term="Models"
        value={
          <Link to="/models" search={{}} className="hover:underline">
            {count(usage.models)}
          </Link>
        }
        note={`${count(usage.deployed)} answer${usage.training > 0 ? `, ${count(usage.training)} in training` : ""}`}
      />
      <Figure
        term="Open anomalies"
        value={
          <Link to="/anomalies" search={{}} className="hover:underline">
            {count(usage.open_anomalies)}
          </Link>
        }
        note={usage.open_anomalies === 0 ? "nothing out of the ordinary" : "to be looked at"}
      />
      <Figure
        term="Datasets"
        value={
          <Link to="/datasets" search={{}} className="hover:underline">
            {count(usage.datasets)}
          </Link>
        }
        note={`${count(usage.forecasts)} forecasts`}
      />
    </dl>
  )
}

function Figure({
  term,
  value,
  note,
  course,
}: {
  term: string
  value: ReactNode
  note: ReactNode
  course?: (number | null)[]
}) {
  return (
    <div className="card relative min-w-0 overflow-hidden p-4">
      <dt className="text-xs text-ink-3">{term}</dt>
      <dd className="num mt-1 truncate text-xl font-semibold tracking-tight">{value}</dd>
      <dd className="mt-0.5 truncate text-xs text-ink-3">{note}</dd>
      {course && (
        <dd>
          <Sparkline values={course} className="absolute top-3 right-3 hidden h-6 w-14 sm:block" />
        </dd>
      )}
    </div>
  )
}
