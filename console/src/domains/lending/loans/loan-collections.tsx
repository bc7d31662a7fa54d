import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { CalendarClock, CircleCheck, CircleX, Clock, PhoneOff } from "lucide-react"
import type { ReactNode } from "react"
import { query, type Schema } from "@/api/client"
import { Badge, Card, Facts, type Tone } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, words } from "@/ui/format"
import { Empty, Fetched } from "@/ui/states"
import { Timeline } from "@/ui/timeline"
import { When } from "@/ui/when"
import { dayText } from "../terms/days"
import { Amount } from "./amounts"
import type { Loan } from "./queries"

type Case = Schema["CaseView"]
type Promised = Schema["PromiseView"]

/** What was done and is planned about arrears, what was promised, and what the limits allow now. */
export function LoanCollections({ loan }: { loan: Loan }) {
  const found = useQuery(
    query.queryOptions("get", "/api/v1/lending/collections/loans/{loan_id}", {
      params: { path: { loan_id: loan.id } },
    }),
  )
  return (
    <Fetched query={found}>
      {(file) => (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
          <div className="flex min-w-0 flex-col gap-4">
            <Card
              title="Steps and contacts"
              actions={
                file.days_past_due > 0 && (
                  <Button size="sm" asChild>
                    <Link to="/collections" search={{ peek: loan.id }}>
                      Work on it in Collections
                    </Link>
                  </Button>
                )
              }
            >
              <Steps file={file} />
            </Card>
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            <Card title="Promises to pay">
              <Promises file={file} />
            </Card>
            <Card title="The case">
              <Marks file={file} />
            </Card>
            {file.allowed.length > 0 && (
              <Card title="What the limits allow now">
                <Allowed file={file} />
              </Card>
            )}
          </div>
        </div>
      )}
    </Fetched>
  )
}

function Steps({ file }: { file: Case }) {
  if (file.steps.length === 0 && !file.question)
    return (
      <Empty icon={<PhoneOff />} title="Nothing was done about arrears">
        {file.days_past_due > 0 ? "The next step is planned at the end of the day." : "Nothing is overdue."}
      </Empty>
    )
  return (
    <>
      {file.question && (
        <p className="mb-3 flex flex-wrap items-center gap-2 text-[13px]">
          <Badge tone="warn" icon={<Clock />}>
            Waits for an answer
          </Badge>
          {file.question.action ? words(file.question.action) : "A step, to be judged unseen"}
          <Link to="/approvals" search={{ id: file.question.id }} className="text-accent underline">
            Answer it
          </Link>
          <span className="text-xs text-ink-3">
            due <When at={file.question.due_at} />
          </span>
        </p>
      )}
      <Timeline
        moments={file.steps.map((step) => ({
          key: step.id,
          at: step.done_at ?? step.planned_for,
          title: (
            <span className={step.state === "cancelled" ? "text-ink-3 line-through" : undefined}>
              {words(step.action)}
              {step.channel && <span className="font-normal text-ink-2"> by {step.channel}</span>}
              {step.state === "planned" && (
                <Badge className="ml-2" tone="accent" icon={<CalendarClock />}>
                  Planned
                </Badge>
              )}
              {step.outcome && <span className="font-normal text-ink-2">: {words(step.outcome).toLowerCase()}</span>}
            </span>
          ),
          detail: (
            <>
              {[step.done_by && actor(step.done_by), step.cured === null ? null : step.cured ? "cured" : "not cured"]
                .filter(Boolean)
                .join(" · ")}
              {step.note && <span className="block break-words text-ink-2">{step.note}</span>}
              {step.decision_id && (
                <Link
                  to="/decisions/$decisionId"
                  params={{ decisionId: step.decision_id }}
                  className="text-accent underline"
                >
                  Open decision
                </Link>
              )}
            </>
          ),
        }))}
      />
    </>
  )
}

const PROMISES: Record<Promised["state"], [Tone, ReactNode, string]> = {
  open: ["info", <Clock key="icon" />, "Open"],
  kept: ["good", <CircleCheck key="icon" />, "Kept"],
  broken: ["bad", <CircleX key="icon" />, "Broken"],
  cancelled: ["neutral", null, "Cancelled"],
}

function Promises({ file }: { file: Case }) {
  if (file.promises.length === 0) return <p className="text-[13px] text-ink-3">Nothing was promised.</p>
  return (
    <ul className="text-[13px]">
      {file.promises.map((each) => {
        const [tone, icon, label] = PROMISES[each.state]
        return (
          <li key={each.id} className="flex items-center justify-between gap-3 border-t py-2 first:border-0 first:pt-0">
            <span>
              <Amount value={each.amount} currency={file.currency} className="font-medium" /> by {dayText(each.due_on)}
              {each.note && <span className="block text-xs text-ink-3">{each.note}</span>}
            </span>
            <Badge tone={tone} icon={icon}>
              {label}
            </Badge>
          </li>
        )
      })}
    </ul>
  )
}

function Marks({ file }: { file: Case }) {
  const { marks } = file
  const noted = [marks.no_contact && "wants no contact", marks.disputed && "disputes the debt"].filter(Boolean)
  return (
    <Facts
      items={[
        ["Who works on it", marks.assignee_name ?? "Nobody"],
        ["Borrower", noted.length ? noted.join(", ") : "–"],
        ["Relief", marks.hardship ? words(marks.hardship) : "–"],
        ["until", marks.hardship_until ? dayText(marks.hardship_until) : "–"],
        ["Looked at again", marks.next_on ? dayText(marks.next_on) : "–"],
        ["Their time zone", file.time_zone],
      ]}
    />
  )
}

function Allowed({ file }: { file: Case }) {
  return (
    <ul className="flex flex-col gap-2 text-[13px]">
      {file.allowed.map((each) => (
        <li key={each.action}>
          <span className="flex items-center gap-1.5">
            {each.allowed ? (
              <CircleCheck aria-label="Allowed" className="size-4 shrink-0 text-approve" />
            ) : (
              <CircleX aria-label="Not now" className="size-4 shrink-0 text-decline" />
            )}
            {words(each.action)}
            {each.channel && <span className="text-ink-3">by {each.channel}</span>}
          </span>
          {each.reasons.map((reason) => (
            <span key={reason} className="block pl-[22px] text-xs text-ink-3">
              {reason}
            </span>
          ))}
        </li>
      ))}
    </ul>
  )
}
