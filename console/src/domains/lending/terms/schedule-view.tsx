import { Chart } from "@/ui/chart"
import { cn } from "@/ui/cn"
import { money } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Money } from "@/ui/when"
import { dayText } from "./days"
import type { SchedulePreview } from "./preview"

/** "12.3456" percent a year, to two places. */
export const rateText = (rate: string | null) =>
  rate === null ? "–" : `${Number(rate).toLocaleString(undefined, { maximumFractionDigits: 3 })} %`

/** What a loan costs: the instalment first, then its yearly rates and what all of it comes to. */
export function CostFacts({ schedule }: { schedule: SchedulePreview }) {
  const { currency, totals } = schedule
  const cost = Number(totals.interest) + Number(totals.fees) + Number(totals.kept_back)
  const facts: [string, React.ReactNode][] = [
    ["Annual rate (APR)", rateText(schedule.apr)],
    ["Effective rate (EU)", rateText(schedule.effective_rate)],
    ["Cost of the credit", <Money key="cost" value={cost} currency={currency} />],
    ["Paid back in all", <Money key="total" value={totals.total} currency={currency} />],
    ["Paid out", <Money key="out" value={schedule.paid_out} currency={currency} />],
    ["Last instalment", dayText(schedule.maturity)],
  ]
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <Money value={schedule.instalment} currency={currency} className="text-2xl font-semibold tracking-tight" />
        <span className="text-[13px] text-ink-2">
          × {schedule.periods} at {rateText(schedule.rate)}
        </span>
      </p>
      <dl className="mt-2 grid grid-cols-2 gap-x-4 gap-y-2 text-[13px] sm:grid-cols-3">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt className="text-xs text-ink-3">{term}</dt>
            <dd className="num mt-0.5 font-medium">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

/** Principal, interest and fees of each instalment, drawn. */
export const ScheduleChart = ({ schedule }: { schedule: SchedulePreview }) => (
  <Chart
    className="h-36"
    toggle={false}
    data={{
      label: "Principal, interest and fees of each instalment",
      kind: "stacked",
      points: schedule.instalments.map((each) => String(each.number)),
      series: [
        { name: "Principal", colour: "accent", values: schedule.instalments.map((each) => Number(each.principal)) },
        { name: "Interest", colour: "review-fill", values: schedule.instalments.map((each) => Number(each.interest)) },
        ...(Number(schedule.totals.fees) > 0
          ? [{ name: "Fees", colour: "abstain-fill", values: schedule.instalments.map((each) => Number(each.fees)) }]
          : []),
      ],
      format: (value) => money(value, schedule.currency),
    }}
  />
)

const plainAmount = (value: string) =>
  Number(value).toLocaleString(undefined, { minimumFractionDigits: value.split(".")[1]?.length ?? 0 })

/** Every instalment with what it holds and what is left after it. */
export function ScheduleTable({ schedule, className }: { schedule: SchedulePreview; className?: string }) {
  const fees = Number(schedule.totals.fees) > 0
  const cell = "px-1.5 py-1 text-right whitespace-nowrap"
  return (
    <Scroll label="Schedule" className={cn("overflow-auto rounded-control border", className)}>
      <table className="num w-full text-xs">
        <caption className="sr-only">Instalments in {schedule.currency}</caption>
        <thead className="sticky top-0 bg-sunken text-ink-3">
          <tr>
            {["#", "Due", "Principal", "Interest", ...(fees ? ["Fees"] : []), "Total", "Balance"].map((name, at) => (
              <th
                key={name}
                scope="col"
                className={cn("px-1.5 py-1.5 font-medium", at < 2 ? "text-left" : "text-right")}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {schedule.instalments.map((each) => (
            <tr key={each.number} className="border-t">
              <th scope="row" className="px-1.5 py-1 text-left font-normal text-ink-3">
                {each.number}
              </th>
              <td className="px-1.5 py-1 whitespace-nowrap">{dayText(each.due)}</td>
              <td className={cell}>{plainAmount(each.principal)}</td>
              <td className={cell}>{plainAmount(each.interest)}</td>
              {fees && <td className={cell}>{plainAmount(each.fees)}</td>}
              <td className={cn(cell, "font-medium")}>{plainAmount(each.total)}</td>
              <td className={cn(cell, "text-ink-2")}>{plainAmount(each.balance)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot className="sticky bottom-0 bg-sunken font-medium">
          <tr className="border-t">
            <th scope="row" colSpan={2} className="px-1.5 py-1.5 text-left font-medium">
              In all
            </th>
            <td className={cell}>{plainAmount(schedule.totals.principal)}</td>
            <td className={cell}>{plainAmount(schedule.totals.interest)}</td>
            {fees && <td className={cell}>{plainAmount(schedule.totals.fees)}</td>}
            <td className={cell}>{plainAmount(schedule.totals.total)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
    </Scroll>
  )
}
