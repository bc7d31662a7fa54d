import { useQuery } from "@tanstack/react-query"
import { getRouteApi, Link } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { Effects } from "@/kernel/decisions/effects"
import { Explanation } from "@/kernel/decisions/explanation"
import { Hidden } from "@/kernel/decisions/hidden"
import { Rules } from "@/kernel/decisions/rules"
import { SimilarCases } from "@/kernel/decisions/similar-cases"
import { Card, Copy } from "@/ui/basics"
import { actor } from "@/ui/format"
import { Page } from "@/ui/page"
import { Failed, Loading } from "@/ui/states"
import { Timeline } from "@/ui/timeline"
import { Verdict } from "@/ui/verdict"
import { Money, When } from "@/ui/when"
import { ApplicationActs } from "./application-acts"
import { Answers } from "./application-answers"
import { ApplicationOutcomes } from "./application-outcomes"
import { ApplicationFacts, ApprovalLink, labelsOf } from "./application-summary"
import { type Application, applicationQuery } from "./queries"
import { ApplicationState, stateLabel } from "./states"
import { useApplicationEvents } from "./use-application-events"
import { WhatIf } from "./what-if"

const route = getRouteApi("/applications/$applicationId")
const OfferPanels = lazy(async () => ({ default: (await import("./offers/offer-panels")).OfferPanels }))
const ConditionsCard = lazy(async () => ({ default: (await import("./offers/conditions-card")).ConditionsCard }))

/** One application with all that was asked, decided, done and learned about it. */
export function ApplicationPage() {
  const { applicationId } = route.useParams()
  const query = useQuery(applicationQuery(applicationId))
  const application = query.data
  useApplicationEvents(applicationId, application?.decision_id)
  if (!application)
    return (
      <Page title="Application">
        <div className="card">
          {query.error ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Loading rows={8} />}
        </div>
      </Page>
    )
  return (
    <Page
      title={application.reference}
      lead={<Lead application={application} />}
      actions={
        <>
          <ApprovalLink application={application} />
          <ApplicationActs application={application} />
        </>
      }
    >
      <Body key={application.id} application={application} />
    </Page>
  )
}

const Lead = ({ application }: { application: Application }) => (
  <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px]">
    <Link to="/applications" className="hover:text-ink hover:underline">
      Applications
    </Link>
    <span aria-hidden>/</span>
    <ApplicationState state={application.state} />
    {application.decision && <Verdict verdict={application.decision.verdict} />}
    <Money value={application.amount} currency={application.currency} className="font-medium text-ink" />
    {application.term_months !== null && <span>over {application.term_months} months</span>}
    <span>{application.product_name}</span>
    <When at={application.submitted_at} />
  </div>
)

function Body({ application }: { application: Application }) {
  const { decision } = application
  const shown = decision !== null && !decision.concealed
  // Once it is approved, the offer is what there is to do about it.
  const settled = application.state === "approved" || application.state === "disbursed"
  const offers = (
    <Suspense>
      <OfferPanels application={application} />
    </Suspense>
  )
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="flex min-w-0 flex-col gap-4">
        {settled && offers}
        <Card
          title="Decision"
          actions={
            decision && (
              <Link
                to="/decisions/$decisionId"
                params={{ decisionId: decision.id }}
                className="text-[13px] text-accent hover:underline"
              >
                Open decision
              </Link>
            )
          }
        >
          {shown && <p className="mb-4 text-base leading-6 font-medium">{decision.summary ?? application.summary}</p>}
          {decision === null ? (
            <p className="text-ink-3">Nothing has been decided about it yet.</p>
          ) : shown ? (
            <Explanation decisionId={decision.id} labels={labelsOf(application)} />
          ) : (
            <Hidden />
          )}
        </Card>
        {!settled && offers}
        <Card title="Application form">
          <Answers application={application} />
        </Card>
        <WhatIf application={application} />
        {shown && (
          <>
            <Card title="Rules">
              <Rules decisionId={decision.id} />
            </Card>
            <Card title="Similar cases and how they ended">
              <SimilarCases decisionId={decision.id} />
            </Card>
          </>
        )}
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <Card title="Facts">
          <ApplicationFacts application={application} />
          <dl className="mt-3 border-t pt-3 text-[13px]">
            <dt className="text-xs text-ink-3">Id</dt>
            <dd>
              <Copy text={application.id} label="Copy id" />
            </dd>
          </dl>
        </Card>
        <Suspense>
          <ConditionsCard application={application} />
        </Suspense>
        <Card title="History">
          {application.history.length === 0 ? (
            <p className="text-ink-3">Nothing has happened yet.</p>
          ) : (
            <Timeline
              moments={application.history.map((entry, at) => ({
                key: String(at),
                at: entry.at,
                title: stateLabel(entry.state),
                detail: (
                  <>
                    <p className="break-words text-ink-2">{entry.text}</p>
                    <p>
                      {entry.by && actor(entry.by)}
                      {entry.decision_id && (
                        <>
                          {entry.by && " · "}
                          <Link
                            to="/decisions/$decisionId"
                            params={{ decisionId: entry.decision_id }}
                            className="text-accent underline"
                          >
                            Open decision
                          </Link>
                        </>
                      )}
                    </p>
                  </>
                ),
              }))}
            />
          )}
        </Card>
        <Card title="Effects">
          <ApplicationEffects application={application} />
        </Card>
        <Card title="Outcome">
          <ApplicationOutcomes application={application} />
        </Card>
      </div>
    </div>
  )
}

/** What was done outside, by each decision that did something. */
function ApplicationEffects({ application }: { application: Application }) {
  const decisions = [...new Set(application.effects.map((effect) => effect.decision_id))]
  if (decisions.length === 0) return <p className="text-ink-3">Nothing was done outside for it.</p>
  return (
    <div className="flex flex-col gap-2">
      {decisions.map((id) => (
        <Effects key={id} decisionId={id} />
      ))}
    </div>
  )
}
