import { useMemo } from "react"
import type { Schema } from "@/api/client"
import { useOrganization, useTimeZone } from "@/app/session"
import { Chart, type ChartData } from "@/ui/chart"
import { inUnit, unitWord } from "./words"

interface Props {
  series: Schema["FigureSeries"]
  /** What is marked beside what is unusual by itself: the points of this span outside of the usual range. */
  span?: { started_at: string; ended_at: string }
  className?: string
}
type Point = Props["series"]["points"][number]

const isUnusual = ({ at, value, lower, upper, is_anomalous }: Point, span: Props["span"]) =>
  is_anomalous ||
  (span !== undefined &&
    Date.parse(at) >= Date.parse(span.started_at) &&
    Date.parse(at) <= Date.parse(span.ended_at) &&
    (lower === null || upper === null || value < lower || value > upper))

/** A figure over time, what was expected of it with its range, and where it strayed. */
export function FigureChart({ series, span, className = "h-56" }: Props) {
  const timeZone = useTimeZone()
  const currency = useOrganization()?.currency ?? "USD"
  const data = useMemo((): ChartData => {
    const { points, unit, name } = series
    const written = new Intl.DateTimeFormat(undefined, {
      timeZone,
      month: "short",
      day: "numeric",
      ...(series.bucket === "day" ? { year: "2-digit" } : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    })
    const unusual = points.filter((point) => isUnusual(point, span)).length
    return {
      label: `${name} over time with what was expected; ${unusual} of ${points.length} points are unusual`,
      kind: "line",
      points: points.map(({ at }) => written.format(new Date(at))),
      series: [
        { name: "Expected", colour: "ink-3", dashed: true, values: points.map(({ expected }) => expected) },
        { name: unitWord(unit) || name, colour: "accent", values: points.map(({ value }) => value) },
        {
          name: "Unusual",
          colour: "review-fill",
          dots: true,
          values: points.map((point) => (isUnusual(point, span) ? point.value : null)),
        },
      ],
      band: {
        name: "Usual range",
        colour: "accent",
        lower: points.map(({ lower }) => lower),
        upper: points.map(({ upper }) => upper),
      },
      format: (value) => inUnit(value, unit, currency),
    }
  }, [series, span, timeZone, currency])
  return <Chart data={data} className={className} />
}
