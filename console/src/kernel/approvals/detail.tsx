import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ExternalLink, EyeOff, Undo2 } from "lucide-react"
import type { ReactNode } from "react"
import { useCan, useMe } from "@/app/session"
import { Explanation } from "@/kernel/decisions/explanation"
import { traceQuery } from "@/kernel/decisions/queries"
import { Rules } from "@/kernel/decisions/rules"
import { SimilarCases } from "@/kernel/decisions/similar-cases"
import { subjectLink, subjectPage } from "@/kernel/decisions/subjects"
import { Badge, Copy, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { percent, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { Confidence } from "@/ui/verdict"
import { Money, When } from "@/ui/when"
import { AnswerBar } from "./answer-bar"
import type { Answering } from "./answering"
import { Assign } from "./assign"
import { Due } from "./due"
import { factsOf, labelsOf, parametersOf, proposedOf, unitLabelsOf } from "./facts"
import { type ApprovalDetail, detailQuery, vocabularyQuery } from "./queries"
import { Risk } from "./risk"
import { Closed, Held, NotYours, reaches } from "./standing"

interface Props {
  id: string
  answering: Answering
  onAnswered: () => void
  keys: boolean
}

/** One case, whole: what is proposed, why, how sure, what is at stake, what resembles it; and the answer. */
export function Detail({ id, ...rest }: Props) {
  const detail = useQuery(detailQuery(id))
  return (
    <Fetched query={detail} rows={10}>
      {(data) => <Case detail={data} {...rest} />}
    </Fetched>
  )
}

function Case({ detail, answering, onAnswered, keys }: { detail: ApprovalDetail } & Omit<Props, "id">) {
  const me = useMe()
  const can = useCan()
  const { decision } = detail
  const vocabulary = useQuery({ ...vocabularyQuery(detail.kind), enabled: can("kernel:policy:read") }).data
  const labels = labelsOf(vocabulary?.values)
  const hidden = decision.concealed
  const open = detail.state === "open"
  const allowed = can("kernel:approval:answer") && reaches(me?.tier, detail.tier)
  const offered = hidden ? detail.choices : (decision.alternatives ?? []).map(({ action }) => ({ name: action }))
  const actionWords = new Map(vocabulary?.actions.map(({ name, label }) => [name, label]))
  const actions = offered.map(({ name }) => ({ name, label: actionWords.get(name) ?? words(name) }))
  return (
    <article aria-label={detail.reference ?? detail.summary}>
      <header className="flex flex-col gap-2 px-4 pt-4 pb-3 lg:px-5">
        <h2 className="text-[17px] leading-6 font-semibold break-words">
          {hidden ? "Judge this case for yourself" : detail.summary}
        </h2>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-xs text-ink-3">
          <Risk risk={detail.risk} />
          <Badge>{words(detail.tier)}</Badge>
          {open && <Due row={detail} long />}
          <span>
            Asked <When at={detail.created_at} />
          </span>
          <Assign row={detail} answering={answering} />
        </div>
      </header>
      {open && !detail.held && allowed && (
        <AnswerBar
          {...{ detail, actions, answering, onAnswered, keys }}
          parameters={parametersOf(
            decision.parameters ?? {},
            detail.reference,
            unitLabelsOf(vocabulary?.values),
            subjectPage(detail.kind)?.amendable,
          )}
        />
      )}
      <div className="flex flex-col gap-5 px-4 pt-3 pb-40 lg:px-5 lg:pb-6">
        {open && detail.held && <Held row={detail} answering={answering} />}
        {open && !detail.held && !allowed && <NotYours row={detail} />}
        {!open && <Closed row={detail} />}
        {hidden && <Blind detail={detail} />}
        <Stake detail={detail} label={(name) => actionWords.get(name) ?? words(name)} />
        <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_17rem] 2xl:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="flex min-w-0 flex-col gap-6">
            {!hidden && <Explanation decisionId={decision.id} level="h3" labels={labels} />}
            {!hidden && (
              <Section title="Rules that were looked at">
                <Rules decisionId={decision.id} record={decision} />
              </Section>
            )}
          </div>
          <div className="flex min-w-0 flex-col gap-6">
            {!hidden && (
              <FactList
                title="What is proposed"
                facts={proposedOf(decision.values, subjectPage(detail.kind)?.shows ?? [], vocabulary?.values)}
              />
            )}
            <FactList
              title={subjectPage(detail.kind) ? `The ${subjectPage(detail.kind)?.name}` : "The case"}
              facts={factsOf(detail.facts)}
            />
            {!hidden && (
              <Section title="Similar cases, and how they ended">
                <SimilarCases decisionId={decision.id} />
              </Section>
            )}
          </div>
        </div>
        <References detail={detail} />
      </div>
    </article>
  )
}

const FATES: Record<string, string> = { decline: "It is declined", escalate: "The next tier is asked" }

/** What would happen: the action, what it moves, what it is expected to bring, and whether it can be undone. */
function Stake({ detail, label }: { detail: ApprovalDetail; label: (action: string) => string }) {
  const { impact, decision } = detail
  const trace = useQuery({ ...traceQuery(decision.id), enabled: !decision.concealed }).data?.trace
  const gain = impact?.money == null ? null : Number(impact.money)
  const items: [string, ReactNode][] = [
    ...(detail.action
      ? [["Proposed", <strong key="action">{label(detail.action)}</strong>] as [string, ReactNode]]
      : []),
    ...(detail.confidence === null
      ? []
      : ([
          [
            "How sure",
            <span key="confidence" className="block">
              <Confidence value={detail.confidence} threshold={trace?.act_threshold} />
              {trace?.act_threshold != null && (
                <span className="block text-2xs text-ink-3">acts from {percent(trace.act_threshold)}</span>
              )}
            </span>,
          ],
        ] as [string, ReactNode][])),
    ["Amount", <Money key="amount" value={detail.amount} currency={decision.currency} />],
    ...(gain === null
      ? []
      : ([
          [
            gain < 0 ? "Expected cost" : "Expected gain",
            <Money key="impact" value={Math.abs(gain)} currency={decision.currency} className="font-medium" />,
          ],
        ] as [string, ReactNode][])),
    ...(impact
      ? ([
          [
            "Can it be undone?",
            impact.reversible ? (
              <span key="undo" className="inline-flex items-center gap-1">
                <Undo2 aria-hidden className="size-3.5 text-ink-3" /> Yes
              </span>
            ) : (
              "No"
            ),
          ],
        ] as [string, ReactNode][])
      : []),
    ...(detail.state === "open"
      ? ([["If nobody answers", FATES[detail.fate] ?? words(detail.fate)]] as [string, ReactNode][])
      : []),
  ]
  return (
    <dl className="grid grid-cols-[repeat(auto-fit,minmax(7.5rem,1fr))] gap-x-4 gap-y-3 rounded-card border bg-sunken/50 p-3.5 text-[13px]">
      {items.map(([term, value]) => (
        <div key={term} className="min-w-0">
          <dt className="text-xs text-ink-3">{term}</dt>
          <dd className="mt-0.5 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section>
    <h3 className="mb-2 text-xs font-semibold text-ink-2">{title}</h3>
    {children}
  </section>
)

/** Why nothing is shown, and how to answer all the same. */
function Blind({ detail }: { detail: ApprovalDetail }) {
  const page = subjectPage(detail.kind)
  const link = subjectLink(detail.kind, detail.subject_id, detail.decision.parameters)
  return (
    <Notice icon={<EyeOff aria-hidden />}>
      <p className="font-medium">Judge for yourself: the proposal is hidden until you answer.</p>
      <p>
        Read the facts and choose what you would do. Your answer is compared with the proposal, so that the record can
        tell how often people and models agree by themselves.
      </p>
      {link && (
        <Button asChild size="sm" className="mt-2">
          <Link to={link}>
            <ExternalLink aria-hidden /> Read the {page?.name}
          </Link>
        </Button>
      )}
    </Notice>
  )
}

function FactList({ title, facts }: { title: string; facts: [string, string][] }) {
  if (facts.length === 0) return null
  return (
    <Section title={title}>
      <dl className="divide-y text-[13px]">
        {facts.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-4 py-1.5 first:pt-0">
            <dt className="text-ink-3">{name}</dt>
            <dd className="num text-right break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

function References({ detail }: { detail: ApprovalDetail }) {
  const link = subjectLink(detail.kind, detail.subject_id, detail.decision.parameters)
  return (
    <footer className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t pt-4 text-xs text-ink-3">
      {detail.reference && <Copy text={detail.reference} label="Copy the reference" />}
      <span>{words(detail.kind)}</span>
      <Link
        to="/decisions/$decisionId"
        params={{ decisionId: detail.decision_id }}
        className="font-medium text-accent hover:underline"
      >
        Open the decision
      </Link>
      {link && (
        <Link to={link} className="font-medium text-accent hover:underline">
          Open the {subjectPage(detail.kind)?.name}
        </Link>
      )}
    </footer>
  )
}
