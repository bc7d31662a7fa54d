import { BarChart, LineChart } from "echarts/charts"
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components"
import * as echarts from "echarts/core"
import { CanvasRenderer } from "echarts/renderers"
import { useEffect, useRef } from "react"
import type { Band, ChartData } from "./chart"
import { useDark } from "./theme"

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, LegendComponent, CanvasRenderer])

/** A canvas understands no CSS variables: resolve a token to rgb. */
function token(name: string): string {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
  if (!context) return value
  context.fillStyle = value
  context.fillRect(0, 0, 1, 1)
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data
  return `rgb(${red},${green},${blue})`
}

const BAND_OPACITY = 0.16

/** A shade between two lines: an unseen line at its lower edge, and above it one as high as the shade is wide. */
function shade({ name, colour, lower, upper }: Band) {
  const unseen = {
    type: "line" as const,
    stack: "band",
    stackStrategy: "all" as const,
    silent: true,
    showSymbol: false,
  }
  const drawn = { lineStyle: { opacity: 0 }, itemStyle: { color: token(colour), opacity: 2 * BAND_OPACITY }, z: 1 }
  return [
    { ...unseen, ...drawn, name: `${name}: from`, data: lower },
    {
      ...unseen,
      ...drawn,
      name,
      areaStyle: { color: token(colour), opacity: BAND_OPACITY },
      data: upper.map((value, index) => (value === null ? null : value - (lower[index] ?? 0))),
    },
  ]
}

/** What stands in the tooltip at a point: the series by their values, the band by its two edges. */
function told(data: ChartData, index: number): string {
  const show = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : data.format ? data.format(value) : value.toLocaleString()
  const { band } = data
  const lines = data.series
    .filter(({ dots, values }) => !dots || values[index] !== null)
    .map(({ name, values }) => `${name}  ${show(values[index])}`)
  if (typeof band?.lower[index] === "number")
    lines.push(`${band.name}  ${show(band.lower[index])} to ${show(band.upper[index])}`)
  return [data.points[index], ...lines].join("\n")
}

const still = matchMedia("(prefers-reduced-motion: reduce)")

export default function ChartCanvas({ data, className }: { data: ChartData; className?: string }) {
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<echarts.ECharts>(null)
  const dark = useDark()
  useEffect(() => {
    if (!element.current) return
    const made = echarts.init(element.current, null, { renderer: "canvas" })
    chart.current = made
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(element.current)
    return () => {
      observer.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tokens change with the theme
  useEffect(() => {
    const faint = token("ink-3")
    const line = token("line")
    const { band, format } = data
    const named = data.series.length + (band ? 1 : 0)
    chart.current?.setOption(
      {
        animation: !still.matches,
        animationDuration: 300,
        textStyle: { fontFamily: "Geist Variable, sans-serif" },
        grid: { left: 4, right: 8, top: named > 1 ? 34 : 10, bottom: 2, outerBoundsMode: "same" },
        legend:
          named > 1
            ? {
                data: [...data.series.map((series) => series.name), ...(band ? [band.name] : [])],
                left: 0,
                top: 0,
                itemWidth: 9,
                itemHeight: 9,
                icon: "roundRect",
                textStyle: { color: faint, fontSize: 12 },
              }
            : undefined,
        tooltip: {
          trigger: "axis",
          // Drawn on the canvas: markup with style attributes would break the content security policy.
          renderMode: "richText",
          backgroundColor: token("raised"),
          borderColor: line,
          textStyle: { color: token("ink"), fontSize: 12 },
          axisPointer: { type: data.kind === "line" ? "line" : "shadow" },
          ...(format && { valueFormatter: (value: unknown) => (typeof value === "number" ? format(value) : "–") }),
          ...(band && {
            formatter: (items: unknown) => told(data, (items as { dataIndex: number }[])[0]?.dataIndex ?? 0),
          }),
        },
        xAxis: {
          type: "category",
          data: data.points,
          axisTick: { show: false },
          axisLine: { lineStyle: { color: line } },
          axisLabel: {
            color: faint,
            fontSize: 11,
            hideOverlap: true,
            ...(band && { showMaxLabel: true, alignMaxLabel: "right" as const }),
          },
        },
        yAxis: {
          type: "value",
          splitNumber: 3,
          scale: data.kind === "line",
          max: data.most,
          axisLabel: { color: faint, fontSize: 11, ...(format && { formatter: format }) },
          splitLine: { lineStyle: { color: line } },
        },
        series: [
          ...(band ? shade(band) : []),
          ...data.series.map((series) => ({
            type: data.kind === "line" ? ("line" as const) : ("bar" as const),
            name: series.name,
            stack: data.kind === "stacked" ? "all" : undefined,
            showSymbol: series.dots ?? false,
            showAllSymbol: series.dots ?? ("auto" as const),
            symbol: "circle",
            symbolSize: series.dots ? 8 : undefined,
            barCategoryGap: "28%",
            connectNulls: false,
            itemStyle: { color: token(series.colour), opacity: series.strength ?? 1 },
            lineStyle: {
              width: series.dashed ? 1.5 : 2,
              type: series.dashed ? ("dashed" as const) : ("solid" as const),
              opacity: series.dots ? 0 : (series.strength ?? 1),
            },
            z: series.dots ? 4 : 3,
            data: series.values,
          })),
        ],
      },
      { notMerge: true },
    )
  }, [data, dark])
  return <div ref={element} role="img" aria-label={data.label} className={`${className} w-full`} />
}
