import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ArrowRight, Inbox } from "lucide-react"
import { Explanation } from "@/kernel/decisions/explanation"
import { Hidden } from "@/kernel/decisions/hidden"
import { Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { Confidence, Verdict } from "@/ui/verdict"
import { Money, When } from "@/ui/when"
import { type Application, applicationQuery } from "./queries"
import { ApplicationState } from "./states"
import { useApplicationEvents } from "./use-application-events"

/** An application at a glance: what is asked for, where it stands, what was decided and why. */
export function ApplicationSummary({ applicationId }: { applicationId: string }) {
  const application = useQuery(applicationQuery(applicationId))
  useApplicationEvents(applicationId, application.data?.decision_id)
  return (
    <Fetched query={application}>
      {(found) => (
        <div className="flex flex-col gap-4">
          <div>
            <div className="flex flex-wrap gap-2">
              <ApplicationState state={found.state} />
              {found.decision && <Verdict verdict={found.decision.verdict} />}
            </div>
            <p className="mt-2 text-base leading-6 font-medium">{found.summary}</p>
          </div>
          <div className="flex flex-wrap gap-2">
            <Button asChild variant="solid">
              <Link to="/applications/$applicationId" params={{ applicationId }}>
                Open <ArrowRight />
              </Link>
            </Button>
            <ApprovalLink application={found} />
          </div>
          <ApplicationFacts application={found} />
          {found.decision &&
            (found.decision.concealed ? (
              <Hidden />
            ) : (
              <Explanation decisionId={found.decision.id} level="h2" labels={labelsOf(found)} />
            ))}
        </div>
      )}
    </Fetched>
  )
}

/** What the form calls its fields. */
export const labelsOf = (application: Application): Record<string, string> =>
  Object.fromEntries([...application.fields, ...application.features].map(({ name, label }) => [name, label]))

/** Leads to the question about an application while it waits for an answer. */
export const ApprovalLink = ({ application: { approval } }: { application: Application }) =>
  approval?.state === "open" && (
    <Button asChild>
      <Link to="/approvals" search={{ id: approval.id }}>
        <Inbox /> Open approval
      </Link>
    </Button>
  )

/** The facts of an application and its last decision. */
export function ApplicationFacts({ application }: { application: Application }) {
  const { decision, approval } = application
  const facts: [React.ReactNode, React.ReactNode][] = [
    ["Amount", <Money key="amount" value={application.amount} currency={application.currency} />],
    ["Term", application.term_months === null ? "–" : `${application.term_months} months`],
    ["Product", `${application.product_name}, version ${application.product_version}`],
    ["Submitted", <When key="submitted" at={application.submitted_at} />],
  ]
  if (decision && !decision.concealed) {
    facts.push(
      ["Decided", <When key="decided" at={decision.decided_at} />],
      ["Decided by", decision.decided_by ? actor(decision.decided_by) : "–"],
      ["Action", decision.action ? words(decision.action) : "–"],
      ["Confidence", <Confidence key="confidence" value={decision.confidence} />],
      ["Probability of repayment", <Confidence key="probability" value={decision.probability_of_repayment} />],
      ["Expected gain", <Money key="gain" value={decision.expected_gain} currency={application.currency} />],
    )
  }
  if (approval) {
    facts.push([
      approval.state === "open" ? "Answer due" : "Asked",
      approval.state === "open" ? (
        <When key="due" at={approval.due_at} />
      ) : (
        `${words(approval.answer ?? approval.state)}${approval.answered_by ? ` by ${actor(approval.answered_by)}` : ""}`
      ),
    ])
  }
  return <Facts items={facts} />
}
