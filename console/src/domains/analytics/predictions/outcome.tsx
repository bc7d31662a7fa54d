import { CircleCheck, CircleX } from "lucide-react"
import { Badge } from "@/ui/basics"
import { figure } from "./answer"
import type { Prediction } from "./queries"

/** What really happened, beside what was said: right or wrong for a class, how far off for a number. */
export function OutcomeShown({ of: { outcome } }: { of: Pick<Prediction, "outcome"> }) {
  if (!outcome) return <span className="text-ink-3">Not known yet</span>
  const told = String(outcome.actual_outcome)
  if (outcome.correct === true)
    return (
      <Badge tone="good" icon={<CircleCheck aria-hidden />}>
        {told}: right
      </Badge>
    )
  if (outcome.correct === false)
    return (
      <Badge tone="bad" icon={<CircleX aria-hidden />}>
        {told}: wrong
      </Badge>
    )
  return (
    <span className="num">
      {typeof outcome.actual_outcome === "number" ? figure(outcome.actual_outcome) : told}
      {outcome.error !== null && (
        <span className="text-xs text-ink-3">
          {" "}
          ({outcome.error > 0 ? "+" : ""}
          {figure(outcome.error)})
        </span>
      )}
    </span>
  )
}
