import { useMemo } from "react"
import type { Schema } from "@/api/client"
import { useOrganization, useTimeZone } from "@/app/session"
import { Chart, type ChartData } from "@/ui/chart"
import { inUnit, unitWord } from "./words"

type Series = Schema["FigureSeries"]

/** A figure over time, what was expected of it with its range, and where it strayed. */
export function FigureChart({ series, className = "h-56" }: { series: Series; className?: string }) {
  const timeZone = useTimeZone()
  const currency = useOrganization()?.currency ?? "USD"
  const data = useMemo((): ChartData => {
    const { points, unit, name } = series
    const written = new Intl.DateTimeFormat(undefined, {
      timeZone,
      month: "short",
      day: "numeric",
      ...(series.bucket === "day" ? { year: "2-digit" } : { hour: "2-digit", minute: "2-digit" }),
    })
    const unusual = points.filter((point) => point.is_anomalous).length
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
          values: points.map(({ value, is_anomalous }) => (is_anomalous ? value : null)),
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
  }, [series, timeZone, currency])
  return <Chart data={data} className={className} />
}
