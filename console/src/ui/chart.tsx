import { lazy, Suspense, useState } from "react"
import { Skeleton } from "./basics"
import { Button } from "./button"
import { Scroll } from "./scroll"

export interface Series {
  name: string
  /** A colour token, such as "approve-fill" or "accent". */
  colour: string
  values: (number | null)[]
  /** How strongly a line is drawn, 0 to 1: the older of many lines step back. */
  strength?: number
  /** Dots instead of a line: for the few points that stand out of another series. */
  dots?: boolean
  /** A dashed line: for what was expected beside what came. */
  dashed?: boolean
}

/** A range at each point, drawn as a shade behind the lines. */
export interface Band {
  name: string
  colour: string
  lower: (number | null)[]
  upper: (number | null)[]
}

export interface ChartData {
  /** What the chart shows, for those who cannot see it. */
  label: string
  kind: "bars" | "stacked" | "line"
  /** One for each point, as they shall be read. */
  points: string[]
  series: Series[]
  /** Of a chart of lines. */
  band?: Band
  format?: (value: number) => string
  /** The end of the scale, where values can be no larger: 1 for shares that reach it. */
  most?: number
  /** What the points are, at the head of the table; by default moments. */
  axis?: string
}

const Canvas = lazy(() => import("./chart-canvas"))

/** A chart that can always be read as a table. The drawing library is fetched when the first chart is shown. */
export function Chart({
  data,
  className = "h-64",
  toggle = true,
}: {
  data: ChartData
  className?: string
  toggle?: boolean
}) {
  const [asTable, setAsTable] = useState(false)
  return (
    <div>
      {asTable ? (
        <ChartTable data={data} className={className} />
      ) : (
        <Suspense fallback={<Skeleton className={className} />}>
          <Canvas data={data} className={className} />
        </Suspense>
      )}
      {toggle && (
        <div className="mt-1 text-right">
          <Button size="sm" variant="ghost" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? "Show as chart" : "Show as table"}
            <span className="sr-only">: {data.label}</span>
          </Button>
        </div>
      )}
    </div>
  )
}

function ChartTable({ data, className }: { data: ChartData; className: string }) {
  const show = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : (data.format ?? ((each: number) => each.toLocaleString()))(value)
  return (
    <Scroll label={data.label} className={`${className} overflow-auto rounded-control border`}>
      <table className="num w-full text-xs">
        <thead className="sticky top-0 bg-sunken text-left text-ink-3">
          <tr>
            <th scope="col" className="px-2 py-1.5 font-medium">
              {data.axis ?? "When"}
            </th>
            {data.series.map((series) => (
              <th key={series.name} scope="col" className="px-2 py-1.5 text-right font-medium">
                {series.name}
              </th>
            ))}
            {data.band && (
              <th scope="col" className="px-2 py-1.5 text-right font-medium">
                {data.band.name}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {data.points.map((point, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: points may have the same name
            <tr key={index} className="border-t">
              <th scope="row" className="px-2 py-1 text-left font-normal">
                {point}
              </th>
              {data.series.map((series) => (
                <td key={series.name} className="px-2 py-1 text-right">
                  {show(series.values[index])}
                </td>
              ))}
              {data.band && (
                <td className="px-2 py-1 text-right whitespace-nowrap">
                  {typeof data.band.lower[index] === "number"
                    ? `${show(data.band.lower[index])} to ${show(data.band.upper[index])}`
                    : "–"}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** A line without axes beside a figure; what it shows stands in words beside it. */
export function Sparkline({ values, className }: { values: (number | null)[]; className?: string }) {
  const known = values
    .map((value, index) => [index, value] as const)
    .filter((pair): pair is readonly [number, number] => pair[1] !== null)
  if (known.length < 2) return <div className={className} />
  const low = Math.min(...known.map(([, value]) => value))
  const high = Math.max(...known.map(([, value]) => value))
  const path = known
    .map(([index, value], order) => {
      const x = (index / (values.length - 1)) * 100
      const y = 28 - ((value - low) / (high - low || 1)) * 24
      return `${order ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join("")
  return (
    <svg aria-hidden="true" viewBox="0 0 100 32" preserveAspectRatio="none" className={className}>
      <path
        d={path}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="1.6"
        vectorEffect="non-scaling-stroke"
        strokeLinejoin="round"
      />
    </svg>
  )
}
