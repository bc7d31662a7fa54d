import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ArrowRight, Inbox } from "lucide-react"
import { Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { Confidence, Verdict } from "@/ui/verdict"
import { Money, When } from "@/ui/when"
import { Explanation } from "./explanation"
import { Hidden } from "./hidden"
import { type DecisionRecord, decisionQuery, traceQuery } from "./queries"
import { subjectLink, subjectPage } from "./subjects"
import { useDecisionEvents } from "./use-decision-events"

/** A decision at a glance: what was decided, on what, how sure, why, and where to go from there. */
export function DecisionSummary({ decisionId, level = "h2" }: { decisionId: string; level?: "h2" | "h3" }) {
  const decision = useQuery(decisionQuery(decisionId))
  return <Fetched query={decision}>{(record) => <Summary record={record} level={level} />}</Fetched>
}

function Summary({ record, level }: { record: DecisionRecord; level: "h2" | "h3" }) {
  useDecisionEvents(record.id, record.subject_id)
  return (
    <div className="flex flex-col gap-4">
      <div>
        <Verdict verdict={record.verdict} />
        {record.summary && <p className="mt-2 text-base leading-6 font-medium">{record.summary}</p>}
      </div>
      <DecisionLinks record={record} />
      <DecisionFacts record={record} />
      {record.concealed ? <Hidden /> : <Explanation decisionId={record.id} level={level} />}
    </div>
  )
}

/** The facts that every decision has. */
export function DecisionFacts({ record }: { record: DecisionRecord }) {
  const threshold = useQuery({ ...traceQuery(record.id), enabled: !record.concealed }).data?.trace.act_threshold
  return (
    <Facts
      items={[
        ["Decided", <When key="when" at={record.decided_at} />],
        ["Decided by", record.concealed ? "Not shown yet" : actor(record.decided_by)],
        ...(record.action ? [["Action", words(record.action)] as [string, string]] : []),
        ["Confidence", <Confidence key="confidence" value={record.confidence} threshold={threshold} />],
        ["Amount", <Money key="amount" value={record.amount} currency={record.currency} />],
        ...(record.impact
          ? [
              [
                "Expected gain",
                <span key="impact">
                  <Money value={record.impact.money} currency={record.currency} />
                  {!record.impact.reversible && <span className="text-xs text-ink-3"> · cannot be undone</span>}
                </span>,
              ] as [string, React.ReactNode],
            ]
          : []),
        ["Kind", words(record.kind)],
        [
          "Component",
          <span key="component" className="mono break-all">
            {record.component}
          </span>,
        ],
        ...(record.idempotency_key
          ? [
              [
                "Key",
                <span key="key" className="mono break-all">
                  {record.idempotency_key}
                </span>,
              ] as [string, React.ReactNode],
            ]
          : []),
      ]}
    />
  )
}

/** Where to go from a decision: its page, its subject, the approval it asked for. */
export function DecisionLinks({ record, onPage }: { record: DecisionRecord; onPage?: boolean }) {
  const link = subjectLink(record.kind, record.subject_id, record.parameters)
  return (
    <div className="flex flex-wrap gap-2">
      {!onPage && (
        <Button asChild variant="solid">
          <Link to="/decisions/$decisionId" params={{ decisionId: record.id }}>
            Open <ArrowRight />
          </Link>
        </Button>
      )}
      {link && (
        <Button asChild>
          <Link to={link}>Open {subjectPage(record.kind)?.name}</Link>
        </Button>
      )}
      {record.approval_id && (
        <Button asChild>
          <Link to="/approvals" search={{ id: record.approval_id }}>
            <Inbox /> Open approval
          </Link>
        </Button>
      )}
    </div>
  )
}
