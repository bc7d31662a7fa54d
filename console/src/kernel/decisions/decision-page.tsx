import { useQuery } from "@tanstack/react-query"
import { getRouteApi, Link } from "@tanstack/react-router"
import { Braces } from "lucide-react"
import { ProofCard } from "@/kernel/audit/proof-card"
import { Card, Copy, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, plain, words } from "@/ui/format"
import { Page } from "@/ui/page"
import { Scroll } from "@/ui/scroll"
import { Failed, Loading } from "@/ui/states"
import { Verdict } from "@/ui/verdict"
import { When } from "@/ui/when"
import { Alternatives } from "./alternatives"
import { followers } from "./answers"
import { CopyLink } from "./copy-link"
import { DecisionFacts, DecisionLinks } from "./decision-summary"
import { DecisionTimeline } from "./decision-timeline"
import { Effects } from "./effects"
import { Explanation } from "./explanation"
import { Hidden } from "./hidden"
import { Inputs } from "./inputs"
import { Outcomes } from "./outcomes"
import { type DecisionRecord, decisionQuery, timelineQuery } from "./queries"
import { Rules } from "./rules"
import { SimilarCases } from "./similar-cases"
import { useDecisionEvents } from "./use-decision-events"

const route = getRouteApi("/decisions/$decisionId")

/** One decision with all that led to it and all that followed. */
export function DecisionPage() {
  const { decisionId } = route.useParams()
  const { raw } = route.useSearch()
  const navigate = route.useNavigate()
  const decision = useQuery(decisionQuery(decisionId))
  const record = decision.data
  useDecisionEvents(decisionId, record?.subject_id)
  if (!record)
    return (
      <Page title="Decision">
        <div className="card">
          {decision.error ? (
            <Failed error={decision.error} retry={() => void decision.refetch()} />
          ) : (
            <Loading rows={8} />
          )}
        </div>
      </Page>
    )
  return (
    <Page
      title={record.concealed ? "A case to be judged blind" : (record.summary ?? words(record.action ?? record.kind))}
      lead={<Lead record={record} />}
      actions={
        <>
          <DecisionLinks record={record} onPage />
          <CopyLink />
          <Button
            aria-pressed={raw === true}
            onClick={() => void navigate({ search: raw ? {} : { raw: true }, replace: true })}
          >
            <Braces /> {raw ? "Show page" : "Show JSON"}
          </Button>
        </>
      }
    >
      {raw ? <Raw record={record} /> : <Body record={record} />}
    </Page>
  )
}

const Lead = ({ record }: { record: DecisionRecord }) => (
  <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px]">
    <Link to="/decisions" className="hover:text-ink hover:underline">
      Decisions
    </Link>
    <span aria-hidden>/</span>
    <span className="mono">{record.idempotency_key ?? record.id.slice(0, 8)}</span>
    <Verdict verdict={record.verdict} />
    {record.would && <span>would have been: {words(record.would).toLowerCase()}</span>}
    {!record.concealed && <span>{actor(record.decided_by)}</span>}
    <When at={record.decided_at} />
  </div>
)

function Body({ record }: { record: DecisionRecord }) {
  const timeline = useQuery(timelineQuery(record.id)).data
  const answers = followers(timeline?.entries, record.id)
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="flex min-w-0 flex-col gap-4">
        {record.concealed ? (
          <Hidden />
        ) : (
          <>
            <Card title="Explanation">
              <Explanation decisionId={record.id} />
            </Card>
            <Card title="Rules">
              <Rules decisionId={record.id} record={record} />
            </Card>
          </>
        )}
        {!record.concealed && (
          <>
            <Card title="Inputs and features">
              <Inputs record={record} />
            </Card>
            <Card title="Alternatives">
              <Alternatives record={record} />
            </Card>
            <Card title="Similar cases and how they ended">
              <SimilarCases decisionId={record.id} />
            </Card>
          </>
        )}
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <Card title="Facts">
          <DecisionFacts record={record} />
          <Facts
            className="mt-3 border-t pt-3"
            items={[
              ...Object.entries(record.parameters ?? {})
                .filter(([, value]) => value !== record.amount && value !== record.idempotency_key)
                .map(([name, value]) => [words(name), plain(value)] as [string, string]),
              ["Level", words(record.level)],
              ["Proposed by", actor(record.proposed_by)],
              ["Id", <Copy key="id" text={record.id} label="Copy id" />],
              ...(record.answers
                ? [
                    [
                      "Answers",
                      <Link
                        key="answers"
                        to="/decisions/$decisionId"
                        params={{ decisionId: record.answers }}
                        className="text-accent underline underline-offset-2"
                      >
                        the decision that asked
                      </Link>,
                    ] as [string, React.ReactNode],
                  ]
                : []),
            ]}
          />
        </Card>
        <Card title="Timeline">
          <DecisionTimeline decisionId={record.id} />
        </Card>
        <Card title="Effects">
          {answers.length === 0 ? (
            <Effects decisionId={record.id} />
          ) : (
            <div className="flex flex-col gap-2">
              {answers.map((id) => (
                <Effects key={id} decisionId={id} />
              ))}
            </div>
          )}
        </Card>
        <Card title="Outcome">
          <Outcomes decisionId={record.id} />
        </Card>
        <Card title="Proof">
          {record.concealed ? (
            <p className="text-ink-3">The proof holds the proposal, so it is shown once the case is answered.</p>
          ) : (
            <ProofCard decisionId={record.id} />
          )}
        </Card>
      </div>
    </div>
  )
}

function Raw({ record }: { record: DecisionRecord }) {
  const text = JSON.stringify(record, null, 2)
  return (
    <Card
      title="The record as the API gives it"
      actions={
        <Copy text={text} label="Copy JSON">
          {""}
        </Copy>
      }
    >
      <Scroll label="Record as JSON" className="max-h-[70dvh] overflow-auto rounded-control bg-sunken p-3">
        <pre className="mono text-xs">{text}</pre>
      </Scroll>
    </Card>
  )
}
