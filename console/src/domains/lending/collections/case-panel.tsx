import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Ban, BellOff, CircleAlert, CircleCheck, Hourglass } from "lucide-react"
import { Badge, Facts, Notice } from "@/ui/basics"
import { percent } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { Amount } from "../loans/amounts"
import { DaysPastDue } from "../loans/states"
import { dayText } from "../terms/days"
import { CaseActs } from "./case-acts"
import { CaseHistory } from "./case-history"
import { type Case, caseQuery } from "./queries"
import { limitText, stepIcon, stepLabel } from "./words"

/** Everything collecting knows of a loan, and what can be done about it now. */
export function CasePanel({ loanId }: { loanId: string }) {
  const query = useQuery(caseQuery(loanId))
  return <Fetched query={query}>{(found) => <Shown of={found} />}</Fetched>
}

function Shown({ of }: { of: Case }) {
  return (
    <div className="flex flex-col gap-5">
      <div>
        <h2 className="text-base font-semibold break-words">{of.borrower}</h2>
        <p className="mt-1 flex flex-wrap items-center gap-2 text-[13px] text-ink-3">
          <Link to="/loans/$loanId" params={{ loanId: of.loan_id }} className="num text-accent hover:underline">
            {of.reference}
          </Link>
          <DaysPastDue days={of.days_past_due} />
          {of.marks.no_contact && <Badge icon={<BellOff />}>Wants no contact</Badge>}
          {of.marks.disputed && (
            <Badge tone="warn" icon={<CircleAlert />}>
              Disputed
            </Badge>
          )}
        </p>
      </div>
      <Facts
        items={[
          ["Overdue", <Amount key="arrears" value={of.arrears} currency={of.currency} />],
          ["Owed in all", <Amount key="owed" value={of.owed} currency={of.currency} />],
          ["Clock where they live", <LocalTime key="time" of={of} />],
          ["Whose", of.marks.assignee_name ?? (of.marks.assignee ? "A colleague" : "Nobody's")],
        ]}
      />
      <Waiting of={of} />
      <CaseActs of={of} />
      <Limits of={of} />
      <section aria-labelledby="case-history">
        <h3 id="case-history" className="mb-2 text-[13px] font-semibold">
          History
        </h3>
        <CaseHistory of={of} />
      </section>
    </div>
  )
}

const LocalTime = ({ of }: { of: Case }) => (
  <>
    <span className="num">
      {new Date(of.local_time).toLocaleTimeString(undefined, { timeStyle: "short", timeZone: of.time_zone })}
    </span>{" "}
    <span className="text-xs text-ink-3">{of.time_zone}</span>
  </>
)

/** What stands between now and the next step: a question, a promise, relief. */
function Waiting({ of }: { of: Case }) {
  const promise = of.promises.find((each) => each.state === "open")
  const { hardship, hardship_until, reason } = of.marks
  return (
    <>
      {of.question && (
        <Notice tone="warn" icon={<Hourglass aria-hidden />}>
          {of.question.action
            ? `${stepLabel(of.question.action)}: a person has to say.`
            : "A person has to judge this."}{" "}
          Answer due <When at={of.question.due_at} className="text-inherit" />.{" "}
          <Link to="/approvals" search={{ id: of.question.id }} className="underline">
            Open the question
          </Link>
        </Notice>
      )}
      {promise && (
        <Notice>
          <Amount value={promise.amount} currency={of.currency} className="font-semibold" /> promised by{" "}
          {dayText(promise.due_on)}. Until then nothing is collected.
        </Notice>
      )}
      {hardship === "asked" && (
        <Notice tone="warn" icon={<CircleAlert aria-hidden />}>
          Relief is asked for; nothing is collected until somebody grants or refuses it.
          {reason && <span className="mt-1 block break-words">“{reason}”</span>}
        </Notice>
      )}
      {hardship === "granted" && (
        <Notice>Relief runs until {hardship_until ? dayText(hardship_until) : "further notice"}.</Notice>
      )}
    </>
  )
}

/** How often the borrower was contacted, and what the rules allow now. */
function Limits({ of }: { of: Case }) {
  if (of.allowed.length === 0)
    return <p className="text-[13px] text-ink-3">Nothing is overdue, so nothing is collected.</p>
  return (
    <section aria-labelledby="case-limits">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-2">
        <h3 id="case-limits" className="text-[13px] font-semibold">
          Allowed now
        </h3>
        <span className="text-xs">
          {of.limits.map((limit, at) => (
            <span
              key={limit.counts}
              title="Days of the borrower's calendar, today included"
              className={limit.used >= limit.most ? "font-semibold text-review" : "text-ink-3"}
            >
              {at > 0 && " · "}
              {limitText(limit)}
            </span>
          ))}
        </span>
      </div>
      <ul className="flex flex-col text-[13px]">
        {of.allowed.map((each) => (
          <li key={each.action} className="border-t py-1.5 first:border-0">
            <span className="flex items-center gap-2">
              <span aria-hidden className="text-ink-3 [&_svg]:size-4">
                {stepIcon(each.action)}
              </span>
              <span className="font-medium">{stepLabel(each.action)}</span>
              <span className="num ml-auto text-xs text-ink-3">
                {each.cure_share === null ? "" : `${percent(each.cure_share)} cured after it`}
              </span>
              <span
                className={`inline-flex items-center gap-1 text-xs [&_svg]:size-3.5 ${each.allowed ? "text-approve" : "text-ink-2"}`}
              >
                {each.allowed ? <CircleCheck aria-hidden /> : <Ban aria-hidden />}
                {each.allowed ? "Allowed" : "Not now"}
              </span>
            </span>
            {each.reasons.map((reason) => (
              <span key={reason} className="mt-0.5 block pl-6 text-xs text-ink-3">
                {reason}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  )
}
