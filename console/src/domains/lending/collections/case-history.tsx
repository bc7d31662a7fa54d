import { Link } from "@tanstack/react-router"
import { CircleCheck, CircleX } from "lucide-react"
import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { actor } from "@/ui/format"
import { type Moment, Timeline } from "@/ui/timeline"
import { Amount } from "../loans/amounts"
import { dayText } from "../terms/days"
import type { Case, StepView } from "./queries"
import { CHANNELS, OUTCOMES, stepLabel } from "./words"

const PROMISES: Record<Schema["PromiseView"]["state"], ReactNode> = {
  open: "open",
  kept: (
    <span className="text-approve">
      <CircleCheck aria-hidden className="mr-0.5 inline size-3.5" />
      kept
    </span>
  ),
  broken: (
    <span className="text-decline">
      <CircleX aria-hidden className="mr-0.5 inline size-3.5" />
      broken
    </span>
  ),
  cancelled: "cancelled",
}

/** Contacts, steps and promises, newest first. */
export function CaseHistory({ of }: { of: Case }) {
  const moments = [...of.steps.filter((step) => step.state !== "planned").map(stepMoment), ...promiseMoments(of)]
  if (moments.length === 0) return <p className="text-[13px] text-ink-3">Nobody has contacted them yet.</p>
  return <Timeline moments={moments.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at))} />
}

const stepMoment = (step: StepView): Moment => ({
  key: step.id,
  at: step.done_at ?? step.created_at,
  title: (
    <>
      {stepLabel(step.action)}
      {step.state === "cancelled" ? " cancelled" : step.outcome && `: ${OUTCOMES[step.outcome].toLowerCase()}`}
    </>
  ),
  detail: (
    <>
      {step.channel && `By ${CHANNELS[step.channel]}, `}
      {step.done_by && actor(step.done_by)}
      {step.cured !== null && ` · ${step.cured ? "cured" : "not cured"} afterwards`}
      {step.decision_id && (
        <>
          {" · "}
          <Link
            to="/decisions/$decisionId"
            params={{ decisionId: step.decision_id }}
            className="text-accent hover:underline"
          >
            Decision
          </Link>
        </>
      )}
      {step.note && <span className="block break-words text-ink-2">{step.note}</span>}
    </>
  ),
})

const promiseMoments = (of: Case): Moment[] =>
  of.promises.map((promise) => ({
    key: promise.id,
    at: promise.recorded_at,
    title: (
      <>
        Promise of <Amount value={promise.amount} currency={of.currency} className="" /> {PROMISES[promise.state]}
      </>
    ),
    detail: (
      <>
        By {dayText(promise.due_on)}, noted by {actor(promise.recorded_by)}
        {promise.paid !== null && (
          <>
            {" · paid "}
            <Amount value={promise.paid} currency={of.currency} className="" />
          </>
        )}
        {promise.note && <span className="block break-words text-ink-2">{promise.note}</span>}
      </>
    ),
  }))
