import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import type { ReactNode } from "react"
import { useCan } from "@/app/session"
import { Card, Copy, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { words } from "@/ui/format"
import { Timeline } from "@/ui/timeline"
import { When } from "@/ui/when"
import { dayText } from "../terms/days"
import { Amount, amountText, isZero, rateText, sum } from "./amounts"
import { knownOf, parametersText } from "./history"
import { type AsOf, allTransactionsQuery, type Loan } from "./queries"
import type { LoanTab } from "./search"
import { bucketLabel } from "./states"

const RECENT_MAX = 6

/** What was agreed, how it stands, and where it comes from. */
export function LoanOverview({ loan, asOf, onTab }: { loan: Loan; asOf: AsOf; onTab: (tab: LoanTab) => void }) {
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <Card title="Terms">
          <ul className="flex flex-col gap-1.5 text-[13px]">
            {loan.terms_in_words.map((line) => (
              <li key={line} className="flex gap-2">
                <span aria-hidden className="mt-2 size-1 shrink-0 rounded-full bg-ink-3" />
                {line}
              </li>
            ))}
          </ul>
          {loan.floating && <Floating floating={loan.floating} />}
        </Card>
        <Card title="Where the money stands">
          <Progress loan={loan} />
        </Card>
        <Recent loan={loan} asOf={asOf} onTab={onTab} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <Card title="Facts">
          <Facts items={factsOf(loan)} />
          <dl className="mt-3 border-t pt-3 text-[13px]">
            <dt className="text-xs text-ink-3">Id</dt>
            <dd>
              <Copy text={loan.id} label="Copy id" />
            </dd>
          </dl>
        </Card>
        <Origin loan={loan} />
      </div>
    </div>
  )
}

function factsOf(loan: Loan): [ReactNode, ReactNode][] {
  const { figures, currency } = loan
  return [
    ["Paid out", loan.disbursed_on ? dayText(loan.disbursed_on) : "Not yet"],
    ["Amount paid out", <Amount key="amount" value={figures.disbursed} currency={currency} />],
    ["Matures", loan.matures_on ? dayText(loan.matures_on) : "–"],
    ["Interest not due yet", <Amount key="accrued" value={figures.accrued} currency={currency} />],
    ["Bucket", bucketLabel(String(figures.bucket))],
    ["Stage of impairment", `Stage ${figures.stage}`],
    ["Expected loss", <Amount key="provision" value={figures.provision} currency={currency} />],
    ["Borrower's credit", <Amount key="credit" value={figures.credit} currency={currency} />],
    ...(figures.closed_on ? [["Closed", dayText(figures.closed_on)] as [ReactNode, ReactNode]] : []),
    ...(figures.charged_off_on ? [["Charged off", dayText(figures.charged_off_on)] as [ReactNode, ReactNode]] : []),
    ["Booked up to", dayText(loan.booked_to)],
    ["Opened", <When key="opened" at={loan.created_at} />],
  ]
}

const Floating = ({ floating }: { floating: NonNullable<Loan["floating"]> }) => (
  <Facts
    className="mt-3 border-t pt-3"
    items={[
      ["Follows", floating.index],
      ["Margin", rateText(floating.margin)],
      ["Not below", rateText(floating.floor)],
      ["Not above", floating.cap === null ? "–" : rateText(floating.cap)],
      ["Next set", floating.next_on ? dayText(floating.next_on) : "–"],
    ]}
  />
)

const KINDS = [
  ["principal", "Principal", "bg-accent"],
  ["interest", "Interest", "bg-info-fill"],
  ["fee", "Fees", "bg-review-fill"],
  ["penalty", "Penalties", "bg-abstain-fill"],
] as const

/** How much of each kind is paid of what the plan holds. */
function Progress({ loan }: { loan: Loan }) {
  const rows = KINDS.map(([kind, name, colour]) => ({
    name,
    colour,
    due: sum(loan.instalments.map((each) => each[kind].due)),
    paid: sum(loan.instalments.map((each) => each[kind].paid)),
  })).filter((row) => row.due > 0)
  if (rows.length === 0) return <p className="text-ink-3">Nothing is due before the loan is paid out.</p>
  return (
    <div className="flex flex-col gap-3 text-[13px]">
      {rows.map((row) => (
        <div key={row.name}>
          <div className="mb-1 flex flex-wrap justify-between gap-x-3">
            <span>{row.name}</span>
            <span className="num text-ink-2">
              {amountText(row.paid, loan.currency)} <span className="text-ink-3">paid of</span>{" "}
              {amountText(row.due, loan.currency)}
            </span>
          </div>
          <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-line">
            <div
              className={`h-full ${row.colour}`}
              style={{ width: `${Math.min(100, (row.paid / row.due) * 100)}%` }}
            />
          </div>
        </div>
      ))}
    </div>
  )
}

/** The last things that happened. */
function Recent({ loan, asOf, onTab }: { loan: Loan; asOf: AsOf; onTab: (tab: LoanTab) => void }) {
  const query = useQuery(allTransactionsQuery(loan.id))
  const known = knownOf(query.data ?? [], asOf, loan.on)
  const rows = known.slice(-RECENT_MAX).toReversed()
  if (rows.length === 0) return null
  return (
    <Card
      title="Last transactions"
      actions={
        <Button size="sm" variant="ghost" onClick={() => onTab("transactions")}>
          All {known.length}
        </Button>
      }
    >
      <Timeline
        moments={rows.map((each) => ({
          key: each.id,
          at: each.recorded_at,
          title: (
            <span className={each.reversed_by ? "text-ink-3 line-through" : undefined}>
              {words(each.type)}
              {!isZero(each.amount) && (
                <>
                  {" "}
                  <Amount value={each.amount} currency={each.currency} className="font-medium" />
                </>
              )}
            </span>
          ),
          detail: [`counts from ${dayText(each.value_on)}`, parametersText(each.type, each.parameters), each.reason]
            .filter(Boolean)
            .join(" · "),
        }))}
      />
    </Card>
  )
}

/** The application, decision and offer that a loan came of. */
function Origin({ loan }: { loan: Loan }) {
  const can = useCan()
  if (!loan.application_id && !loan.decision_id)
    return (
      <Card title="Where it comes from">
        <p className="text-[13px] text-ink-3">It was made elsewhere and brought in.</p>
      </Card>
    )
  return (
    <Card title="Where it comes from">
      <ul className="flex flex-col gap-1.5 text-[13px]">
        {loan.application_id && (
          <li>
            <Link
              to="/applications/$applicationId"
              params={{ applicationId: loan.application_id }}
              className="text-accent underline"
            >
              Application {loan.application_reference}
            </Link>
            {loan.offer_id && <span className="text-ink-3"> with its offer</span>}
          </li>
        )}
        {loan.decision_id && can("kernel:decision:read") && (
          <li>
            <Link
              to="/decisions/$decisionId"
              params={{ decisionId: loan.decision_id }}
              className="text-accent underline"
            >
              Decision to lend
            </Link>
          </li>
        )}
      </ul>
    </Card>
  )
}
