import type { ReactNode } from "react"
import { cn } from "@/ui/cn"
import { dayText } from "../terms/days"
import { Amount, isZero, rateText } from "./amounts"
import type { Loan } from "./queries"

/** What one looks for first: what is owed, how much of it late, and what comes next. */
export function LoanFigures({ loan }: { loan: Loan }) {
  const { figures, currency } = loan
  const late = figures.days_past_due > 0 || !isZero(figures.arrears)
  const credit = !isZero(figures.credit)
  return (
    <dl className="card grid grid-cols-2 gap-px overflow-hidden bg-line sm:grid-cols-3 lg:grid-cols-6">
      <Figure term="Owed in all" note={isZero(figures.accrued) ? null : <>with {accrued(loan)} not due yet</>}>
        <Amount value={figures.owed} currency={currency} className="text-ink" />
      </Figure>
      <Figure
        term="Arrears"
        note={
          late
            ? figures.days_past_due > 0
              ? `${figures.days_past_due} ${figures.days_past_due === 1 ? "day" : "days"} past due`
              : "within tolerance"
            : "Nothing is late"
        }
      >
        <Amount value={figures.arrears} currency={currency} className={cn(late && "text-decline")} />
      </Figure>
      <Figure term="Outstanding principal" note={<>of {disbursed(loan)} paid out</>}>
        <Amount value={figures.outstanding} currency={currency} className="text-ink" />
      </Figure>
      {credit ? (
        <Figure term="Borrower's credit" note="Pays nothing yet">
          <Amount value={figures.credit} currency={currency} className="text-ink" />
        </Figure>
      ) : (
        <Figure term="Next due" note={figures.next_due_on ? dayText(figures.next_due_on) : closedNote(loan)}>
          <Amount value={figures.next_due} currency={currency} className="text-ink" />
        </Figure>
      )}
      <Figure
        term="Rate a year"
        note={loan.floating ? `${loan.floating.index} + ${rateText(loan.floating.margin)}` : "Fixed"}
      >
        <span className="num">{rateText(figures.rate)}</span>
      </Figure>
      <Figure term="Matures" note={`${loan.instalments.filter((each) => each.number > 0).length} instalments`}>
        {loan.matures_on ? dayText(loan.matures_on) : "–"}
      </Figure>
    </dl>
  )
}

const accrued = ({ figures, currency }: Loan) => (
  <Amount value={figures.accrued} currency={currency} className="text-ink-3" />
)
const disbursed = ({ figures, currency }: Loan) => (
  <Amount value={figures.disbursed} currency={currency} className="text-ink-3" />
)
const closedNote = ({ figures }: Loan) =>
  figures.closed_on
    ? `Closed ${dayText(figures.closed_on)}`
    : figures.charged_off_on
      ? `Charged off ${dayText(figures.charged_off_on)}`
      : "Nothing to come"

const Figure = ({ term, note, children }: { term: string; note?: ReactNode; children: ReactNode }) => (
  <div className="min-w-0 bg-surface px-4 py-3">
    <dt className="truncate text-xs text-ink-3">{term}</dt>
    <dd className="mt-0.5">
      <span className="block truncate text-[17px] leading-6 font-semibold tracking-tight">{children}</span>
      {note && <span className="block truncate text-xs text-ink-3">{note}</span>}
    </dd>
  </div>
)
