import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { CircleCheck, CircleX, Clock } from "lucide-react"
import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { Badge, Card, Facts, type Tone } from "@/ui/basics"
import { words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { CaseActs } from "../collections/case-acts"
import { CaseHistory } from "../collections/case-history"
import { type Case, caseQuery } from "../collections/queries"
import { CHANNELS, stepLabel } from "../collections/words"
import { dayText } from "../terms/days"
import { Amount } from "./amounts"
import type { Loan } from "./queries"

type Promised = Schema["PromiseView"]

/** What was done and is planned about arrears, what was promised, and what the limits allow now. */
export function LoanCollections({ loan, still }: { loan: Loan; still: boolean }) {
  const found = useQuery(caseQuery(loan.id))
  return (
    <Fetched query={found}>
      {(file) => (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
          <div className="flex min-w-0 flex-col gap-4">
            {!still && (
              <Card title="What to do">
                {file.question && <Question question={file.question} />}
                <CaseActs of={file} />
              </Card>
            )}
            <Card title="Steps, contacts and promises">
              <CaseHistory of={file} />
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

/** A question that waits for a person. */
function Question({ question }: { question: NonNullable<Case["question"]> }) {
  return (
    <p className="mb-3 flex flex-wrap items-center gap-2 text-[13px]">
      <Badge tone="warn" icon={<Clock />}>
        Waits for an answer
      </Badge>
      {question.action ? stepLabel(question.action) : "A step, to be judged unseen"}
      <Link to="/approvals" search={{ id: question.id }} className="text-accent underline">
        Answer it
      </Link>
      <span className="text-xs text-ink-3">
        due <When at={question.due_at} />
      </span>
    </p>
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
        ["Relief until", marks.hardship_until ? dayText(marks.hardship_until) : "–"],
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
            {stepLabel(each.action)}
            {each.channel && <span className="text-ink-3">by {CHANNELS[each.channel]}</span>}
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
