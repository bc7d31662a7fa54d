import { ArrowRight } from "lucide-react"
import { cn } from "@/ui/cn"
import { words } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { dayText } from "../../terms/days"
import { Amount, rateText } from "../amounts"
import { grouped, paidName } from "../history"
import type { Effect, Figures } from "../queries"
import { loanStateLabel } from "../states"
import { figureChanges, keptOf, scheduleChanges } from "./effect"

type Named = ReturnType<typeof figureChanges>[number]
const NAMES: Record<Named, string> = {
  state: "State",
  owed: "Owed in all",
  arrears: "Arrears",
  days_past_due: "Days past due",
  outstanding: "Outstanding principal",
  accrued: "Interest not due yet",
  rate: "Rate",
  next_due: "Next instalment",
  next_due_on: "Next due",
  credit: "Borrower's credit",
  provision: "Expected loss",
}

/** What an act would do, as the books themselves say. */
export function EffectPanel({
  effect,
  currency,
  schedule = false,
}: {
  effect: Effect
  currency: string
  /** Whether the plan is what it is about: then it is open. */
  schedule?: boolean
}) {
  const changed = figureChanges(effect)
  const changes = scheduleChanges(effect.instalments_before, effect.instalments_after)
  const kept = effect.type === "repayment" ? keptOf(effect) : 0
  const due = new Map(effect.instalments_after.map((each) => [each.number, each.due]))
  return (
    <div className="flex flex-col gap-4 text-[13px]">
      {(effect.allocations.length > 0 || kept > 0) && (
        <section aria-label="What it pays">
          <h3 className="mb-1 text-xs font-medium text-ink-2">It pays</h3>
          <ul>
            {grouped(effect.allocations).map(({ instalment, parts }) => (
              <li key={instalment} className="flex items-baseline justify-between gap-3 border-t py-1 first:border-0">
                <span className="num whitespace-nowrap">
                  {paidName(instalment, parts)}
                  {instalment > 0 && due.has(instalment) && (
                    <span className="text-ink-3"> · {dayText(due.get(instalment)!)}</span>
                  )}
                </span>
                <span className="flex flex-wrap justify-end gap-x-2.5">
                  {parts.map(({ component, amount }) => (
                    <span key={component} className="whitespace-nowrap">
                      <span className="text-ink-3">{words(component).toLowerCase()}</span>{" "}
                      <Amount value={amount} currency={currency} className="font-medium" />
                    </span>
                  ))}
                </span>
              </li>
            ))}
            {kept > 0 && (
              <li className="flex items-baseline justify-between gap-3 border-t py-1">
                <span>Kept as the borrower's credit</span>
                <Amount value={kept} currency={currency} className="font-medium" />
              </li>
            )}
          </ul>
        </section>
      )}
      <section aria-label="What changes">
        <h3 className="mb-1 text-xs font-medium text-ink-2">Then, on {dayText(effect.on)}</h3>
        {changed.length === 0 ? (
          <p className="text-ink-3">No figure changes on that day.</p>
        ) : (
          <table className="w-full">
            <caption className="sr-only">Figures before and after</caption>
            <tbody>
              {changed.map((name) => (
                <tr key={name} className="border-t first:border-0">
                  <th scope="row" className="py-1 pr-3 text-left font-normal text-ink-2">
                    {NAMES[name]}
                  </th>
                  <td className="num py-1 text-right whitespace-nowrap text-ink-3">
                    {shown(effect.before, name, currency)}
                  </td>
                  <td className="w-7 py-1 text-center text-ink-3">
                    <ArrowRight aria-label="becomes" className="inline size-3.5" />
                  </td>
                  <td className="num py-1 text-right font-medium whitespace-nowrap">
                    {shown(effect.after, name, currency)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      {changes.length > 0 && (
        <details open={schedule} className="group">
          <summary className="cursor-pointer text-xs font-medium text-ink-2">
            {changes.length} {changes.length === 1 ? "instalment changes" : "instalments change"}
          </summary>
          <Scroll label="Schedule before and after" className="mt-1.5 max-h-56 overflow-auto rounded-control border">
            <table className="num w-full text-xs">
              <caption className="sr-only">Instalments before and after, in {currency}</caption>
              <thead className="sticky top-0 bg-sunken text-ink-3">
                <tr>
                  {["#", "Due", "Now", "Then"].map((name, at) => (
                    <th
                      key={name}
                      scope="col"
                      className={cn("px-2 py-1.5 font-medium whitespace-nowrap", at < 2 ? "text-left" : "text-right")}
                    >
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {changes.map(({ key, number, before, after }) => (
                  <tr key={key} className="border-t">
                    <th scope="row" className="px-2 py-1 text-left font-normal text-ink-3">
                      {number === 0 ? "–" : number}
                    </th>
                    <td className="px-2 py-1 whitespace-nowrap">
                      {dayText((after ?? before)!.due)}
                      {before && after && before.due !== after.due && (
                        <span className="block text-ink-3">was {dayText(before.due)}</span>
                      )}
                    </td>
                    <td className="px-2 py-1 text-right">
                      {before ? (
                        <Amount value={before.total} currency={currency} bare className="text-ink-2" />
                      ) : (
                        <span className="text-ink-3">new</span>
                      )}
                    </td>
                    <td className="px-2 py-1 text-right">
                      {after ? (
                        <Amount value={after.total} currency={currency} bare className="font-medium" />
                      ) : (
                        <span className="text-ink-3">falls away</span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </details>
      )}
    </div>
  )
}

function shown(figures: Figures, name: Named, currency: string) {
  if (name === "state") return loanStateLabel(figures.state)
  if (name === "days_past_due") return figures.days_past_due
  if (name === "rate") return rateText(figures.rate)
  if (name === "next_due_on") return figures.next_due_on ? dayText(figures.next_due_on) : "–"
  return <Amount value={figures[name]} currency={currency} className="" />
}
