import { ArrowDownRight, ArrowRight, ArrowUpRight, CircleSlash } from "lucide-react"
import type { Schema } from "@/api/client"
import { useOrganization } from "@/app/session"
import { Tip } from "@/ui/basics"
import { Sparkline } from "@/ui/chart"
import { count, duration, money, percent } from "@/ui/format"

type Indicator = Schema["Kpi"]

/** The business's figures. One without a source says what is missing instead of showing a number. */
export function Indicators({ indicators, period }: { indicators: Indicator[]; period: string }) {
  return (
    <ul aria-label="Key figures" className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {indicators.map((indicator) => (
        <li key={indicator.key} className="card flex flex-col p-4">
          <Figure indicator={indicator} period={period} />
        </li>
      ))}
    </ul>
  )
}

function Figure({ indicator, period }: { indicator: Indicator; period: string }) {
  const currency = useOrganization()?.currency ?? "USD"
  if (!indicator.available || indicator.value === null)
    return (
      <>
        <h3 className="text-xs text-ink-3">{indicator.name}</h3>
        <p className="mt-1 flex items-center gap-1.5 font-medium text-ink-3">
          <CircleSlash aria-hidden className="size-4" /> {indicator.available ? "Nothing yet" : "Not measured"}
        </p>
        <p className="mt-1 text-xs text-ink-3">{indicator.why}</p>
      </>
    )
  return (
    <>
      <h3 className="text-xs text-ink-3">{indicator.name}</h3>
      <div className="mt-1 flex items-end justify-between gap-3">
        <div>
          <Tip label={indicator.why}>
            <button type="button" className="num block cursor-help text-2xl font-semibold tracking-tight">
              {inUnits(indicator.value, indicator.unit, currency)}
            </button>
          </Tip>
          <Change indicator={indicator} period={period} currency={currency} />
        </div>
        <Sparkline values={indicator.series.map((point) => point.value)} className="h-9 w-28 shrink-0" />
      </div>
    </>
  )
}

function Change({ indicator, period, currency }: { indicator: Indicator; period: string; currency: string }) {
  const { value, previous, unit } = indicator
  if (value === null || previous === null)
    return <p className="mt-0.5 text-xs text-ink-3">No {period} before to compare with</p>
  const Icon = value > previous ? ArrowUpRight : value < previous ? ArrowDownRight : ArrowRight
  return (
    <p className="num mt-0.5 inline-flex items-center gap-1 text-xs text-ink-3">
      <Icon aria-hidden className="size-3.5" />
      {inUnits(previous, unit, currency)} the {period} before
    </p>
  )
}

function inUnits(value: number, unit: Indicator["unit"], currency: string): string {
  if (unit === "money") return money(value, currency)
  if (unit === "share") return percent(value, 1)
  if (unit === "seconds")
    return value < 10 ? `${value.toLocaleString(undefined, { maximumFractionDigits: 2 })} s` : duration(value)
  return count(value)
}
