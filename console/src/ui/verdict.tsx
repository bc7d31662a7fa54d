import { CircleCheck, CircleX, Eye, Hand } from "lucide-react"
import type { Schema } from "@/api/client"
import { cn } from "./cn"
import { percent } from "./format"

export type VerdictKind = Schema["VerdictKind"]

const VERDICTS = {
  act: { label: "Acted", icon: CircleCheck, classes: "text-approve bg-approve-soft" },
  ask: { label: "Asked", icon: Hand, classes: "text-review bg-review-soft" },
  refuse: { label: "Refused", icon: CircleX, classes: "text-decline bg-decline-soft" },
  observe: { label: "Observed", icon: Eye, classes: "text-abstain bg-abstain-soft" },
} satisfies Record<VerdictKind, unknown>

export const VERDICT_KINDS = Object.keys(VERDICTS) as VerdictKind[]
export const verdictLabel = (verdict: VerdictKind) => VERDICTS[verdict].label

/** A verdict. Colour never stands alone: each has its own icon and word. */
export function Verdict({ verdict, className }: { verdict: VerdictKind; className?: string }) {
  const { label, icon: Icon, classes } = VERDICTS[verdict]
  return (
    <span
      data-verdict={verdict}
      className={cn(
        "inline-flex h-[22px] items-center gap-1 rounded-full pr-2 pl-1.5 text-xs font-medium whitespace-nowrap",
        classes,
        className,
      )}
    >
      <Icon aria-hidden className="size-3.5" strokeWidth={2.25} />
      {label}
    </span>
  )
}

/** Confidence as a bar, with a tick at the threshold from which the component acts by itself. */
export function Confidence({ value, threshold }: { value: number | null | undefined; threshold?: number | null }) {
  if (value === null || value === undefined) return <span className="text-ink-3">–</span>
  const below = threshold !== null && threshold !== undefined && value < threshold
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden className="relative h-1.5 w-14 rounded-full bg-line">
        <span
          className={cn("absolute inset-y-0 left-0 rounded-full", below ? "bg-review-fill" : "bg-accent")}
          style={{ width: `${Math.round(value * 100)}%` }}
        />
        {threshold !== null && threshold !== undefined && (
          <span className="absolute -inset-y-0.5 w-0.5 bg-ink" style={{ left: `${threshold * 100}%` }} />
        )}
      </span>
      <span className="num min-w-9 text-right whitespace-nowrap text-ink-2">
        {percent(value)}
        {below && <span className="sr-only"> (below the threshold of {percent(threshold)})</span>}
      </span>
    </span>
  )
}
