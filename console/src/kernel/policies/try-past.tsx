import { useMutation } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { FlaskConical } from "lucide-react"
import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { count } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Verdict, type VerdictKind, verdictLabel } from "@/ui/verdict"
import { When } from "@/ui/when"
import { same } from "./changes"
import type { PolicyDocument } from "./document"
import { actionLabel, type Words } from "./vocabulary"

const DECISIONS = 1000
const EXAMPLES_SHOWN_FIRST = 5

/** What the draft would have done with the newest decisions: how many would differ, and examples. It changes nothing. */
export function TryPast({
  kind,
  document,
  vocabulary,
}: {
  kind: string
  document: PolicyDocument
  vocabulary: Words | undefined
}) {
  const trial = useMutation({
    mutationFn: async (policy: PolicyDocument) => {
      const { data } = await api.POST("/api/v1/policies/{kind}/try", {
        params: { path: { kind } },
        body: { policy, limit: DECISIONS },
      })
      return data!
    },
  })
  const stale = trial.variables !== undefined && !same(trial.variables, document)
  return (
    <Card
      title="Try on past decisions"
      actions={
        <Button size="sm" busy={trial.isPending} onClick={() => trial.mutate(document)}>
          <FlaskConical /> {trial.data ? "Try again" : `Try on the last ${count(DECISIONS)}`}
        </Button>
      }
    >
      {trial.error ? (
        <Notice tone="bad">
          <span role="alert">{asApiError(trial.error).sentence}</span>
        </Notice>
      ) : trial.data ? (
        <>
          {stale && (
            <Notice tone="warn" className="mb-3">
              The draft has changed since; this is what it said before.
            </Notice>
          )}
          <Result trial={trial.data} vocabulary={vocabulary} />
        </>
      ) : (
        <p className="text-[13px] text-ink-3">
          Says what this draft would have done with the newest {count(DECISIONS)} decisions, on the values they were
          decided on. It changes nothing.
        </p>
      )}
    </Card>
  )
}

interface End {
  action: string
  verdict: VerdictKind
}
const nameOf = (end: End) => `${end.action} ${end.verdict}`
const ORDER: VerdictKind[] = ["act", "ask", "refuse", "observe"]

function Result({ trial, vocabulary }: { trial: Schema["TrialAnswer"]; vocabulary: Words | undefined }) {
  if (trial.tried === 0) return <p className="text-[13px] text-ink-3">There are no past decisions to try it on yet.</p>
  const befores = ends(trial.counts.map((each) => ({ action: each.before_action, verdict: each.before_verdict })))
  const afters = ends(trial.counts.map((each) => ({ action: each.after_action, verdict: each.after_verdict })))
  const counts = new Map(
    trial.counts.map((each) => [
      `${each.before_action} ${each.before_verdict} ${each.after_action} ${each.after_verdict}`,
      each.count,
    ]),
  )
  const label = (end: End) => `${actionLabel(vocabulary, end.action)}: ${verdictLabel(end.verdict).toLowerCase()}`
  return (
    <div className="flex flex-col gap-3 text-[13px]">
      <p role="status">
        <strong className="font-semibold">
          {trial.changed === 0 ? "None" : count(trial.changed)} of {count(trial.tried)} decisions
        </strong>{" "}
        would have been made differently
        {trial.since && (
          <>
            {" "}
            (the oldest was made <When at={trial.since} className="text-ink" />)
          </>
        )}
        .
        {trial.left_out > 0 && (
          <span className="text-ink-3">
            {" "}
            {count(trial.left_out)} were left out: they turned on a budget, a stop or a person in control.
          </span>
        )}
      </p>
      <Scroll label="Then and with the draft" className="overflow-x-auto">
        <table className="text-[13px]">
          <caption className="sr-only">
            Decisions as they were made (rows) and as the draft would make them (columns)
          </caption>
          <thead>
            <tr className="border-b text-left text-xs text-ink-3">
              <th scope="col" className="py-1.5 pr-4 font-medium">
                Then \ with the draft
              </th>
              {afters.map((after) => (
                <th key={nameOf(after)} scope="col" className="px-3 py-1.5 text-right font-medium">
                  {label(after)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {befores.map((before) => (
              <tr key={nameOf(before)} className="border-b last:border-0">
                <th scope="row" className="py-1.5 pr-4 text-left font-normal whitespace-nowrap text-ink-2">
                  {label(before)}
                </th>
                {afters.map((after) => {
                  const number = counts.get(`${nameOf(before)} ${nameOf(after)}`) ?? 0
                  const unchanged = nameOf(before) === nameOf(after)
                  return (
                    <td
                      key={nameOf(after)}
                      className={cn(
                        "num px-3 py-1.5 text-right",
                        number === 0
                          ? "text-ink-3"
                          : unchanged
                            ? "text-ink-2"
                            : "bg-review-soft font-semibold text-review",
                      )}
                    >
                      {number === 0 ? "–" : count(number)}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {trial.examples.length > 0 && <Examples examples={trial.examples} vocabulary={vocabulary} />}
    </div>
  )
}

function Examples({ examples, vocabulary }: { examples: Schema["TrialExample"][]; vocabulary: Words | undefined }) {
  const [all, setAll] = useState(false)
  return (
    <div>
      <h3 className="mb-1 text-xs font-medium text-ink-2">Examples</h3>
      <ul className="flex flex-col divide-y">
        {(all ? examples : examples.slice(0, EXAMPLES_SHOWN_FIRST)).map((each) => (
          <li key={each.decision_id} className="py-2">
            <div className="flex flex-wrap items-center gap-2">
              <Link
                to="/decisions/$decisionId"
                params={{ decisionId: each.decision_id }}
                className="font-medium text-accent hover:underline"
              >
                {each.summary}
              </Link>
              <span className="inline-flex flex-wrap items-center gap-1.5 text-xs text-ink-3">
                {actionLabel(vocabulary, each.before_action)} <Verdict verdict={each.before_verdict} />
                <span aria-hidden>→</span>
                <span className="sr-only">would be</span>
                {each.after_action !== each.before_action && actionLabel(vocabulary, each.after_action)}
                <Verdict verdict={each.after_verdict} />
              </span>
            </div>
            {each.reasons_after.length > 0 && (
              <p className="mt-0.5 text-xs text-ink-3">{each.reasons_after.join(" ")}</p>
            )}
          </li>
        ))}
      </ul>
      {examples.length > EXAMPLES_SHOWN_FIRST && (
        <Button size="sm" variant="ghost" className="mt-1" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${examples.length}`}
        </Button>
      )}
    </div>
  )
}

const ends = (all: End[]): End[] =>
  [...new Map(all.map((end) => [nameOf(end), end])).values()].sort(
    (one, other) => one.action.localeCompare(other.action) || ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict),
  )
