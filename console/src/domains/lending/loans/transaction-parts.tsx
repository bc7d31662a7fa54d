import { CornerDownRight } from "lucide-react"
import { csv, download } from "@/ui/download"
import { words } from "@/ui/format"
import { dayText } from "../terms/days"
import { Amount } from "./amounts"
import { grouped, paidName, parametersText } from "./history"
import type { Loan, Recorded } from "./queries"

/** What a payment paid, by instalment. */
export function Allocations({ transaction, loan }: { transaction: Recorded; loan: Loan }) {
  const due = new Map(loan.instalments.map((each) => [each.number, each.due]))
  return (
    <ul className="ml-[18px] flex flex-col gap-0.5 rounded-control bg-sunken px-3 py-2 text-xs">
      {grouped(transaction.allocations).map(({ instalment, parts }) => (
        <li key={instalment} className="flex flex-wrap items-baseline gap-x-2">
          <CornerDownRight aria-hidden className="size-3 shrink-0 self-center text-ink-3" />
          <span className="num min-w-44">
            {paidName(instalment, parts)}
            {instalment > 0 && due.has(instalment) && (
              <span className="text-ink-3"> of {dayText(due.get(instalment)!)}</span>
            )}
          </span>
          {parts.map(({ component, amount }) => (
            <span key={component} className="whitespace-nowrap">
              {words(component)} <Amount value={amount} currency={loan.currency} className="font-medium" />
            </span>
          ))}
        </li>
      ))}
    </ul>
  )
}

/** Everything that was recorded, as a table for a spreadsheet. */
export function exportTransactions(loan: Loan, rows: Recorded[]): void {
  const columns = [
    "sequence",
    "type",
    "value_on",
    "amount",
    "currency",
    "parameters",
    "reference",
    "reason",
    "reverses",
    "reversed_by",
    "recorded_by",
    "recorded_at",
    "id",
  ] as const
  const text = csv(
    [...columns],
    rows.map((each) =>
      columns.map((name) => (name === "parameters" ? parametersText(each.type, each.parameters) : each[name])),
    ),
  )
  download(`${loan.reference}-transactions.csv`, text, "text/csv")
}
