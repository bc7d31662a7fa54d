import { Link } from "@tanstack/react-router"
import { useState } from "react"
import type { Schema } from "@/api/client"
import { Button } from "@/ui/button"
import { Verdict } from "@/ui/verdict"
import { Money, When } from "@/ui/when"
import { flipOf } from "./trial-table"
import { actionLabel, type Words } from "./vocabulary"

const SHOWN_FIRST = 5

/** Decisions that the draft would change, newest first: of one kind of change, or of all. */
export function TrialExamples({
  examples,
  chosen,
  onAll,
  vocabulary,
}: {
  examples: Schema["TrialExample"][]
  chosen: string | null
  onAll: () => void
  vocabulary: Words | undefined
}) {
  const [all, setAll] = useState(false)
  const those = chosen === null ? examples : examples.filter((each) => flipOf(each) === chosen)
  return (
    <div>
      <div className="mb-1 flex items-center gap-2">
        <h3 className="text-xs font-medium text-ink-2">
          {chosen === null ? "Examples" : "Examples of the change chosen above"}
        </h3>
        {chosen !== null && (
          <Button size="sm" variant="ghost" onClick={onAll}>
            Show all changes
          </Button>
        )}
      </div>
      <ul className="flex flex-col divide-y">
        {(all ? those : those.slice(0, SHOWN_FIRST)).map((each) => (
          <li key={each.decision_id} className="py-2">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
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
              <span className="ml-auto inline-flex items-center gap-3 text-xs">
                {each.amount !== null && <Money value={each.amount} />}
                <When at={each.decided_at} />
              </span>
            </div>
            {each.reasons_after.length > 0 && (
              <p className="mt-0.5 text-xs text-ink-3">{each.reasons_after.join(" ")}</p>
            )}
          </li>
        ))}
      </ul>
      {those.length > SHOWN_FIRST && (
        <Button size="sm" variant="ghost" className="mt-1" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${those.length}`}
        </Button>
      )}
    </div>
  )
}
