import { Cpu, Scale as Law, UserRound } from "lucide-react"
import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { Badge } from "@/ui/basics"
import { actor, percent, plain, words } from "@/ui/format"
import { verdictLabel } from "@/ui/verdict"

type Reason = Schema["ExplainedReason"]

const SOURCES: Record<string, [ReactNode, string]> = {
  gate: [<Law key="icon" />, "Policy"],
  rule: [<Law key="icon" />, "Policy"],
  model: [<Cpu key="icon" />, "Model"],
  person: [<UserRound key="icon" />, "Person"],
}

/** What a kind adds to a model's reason: what would have followed from a typical value. */
function instead(reason: Reason): string | null {
  const probability = Object.entries(reason).find(
    ([name, value]) => name.startsWith("probability_with") && typeof value === "number",
  )?.[1]
  if (typeof probability !== "number" || reason.substitute === undefined) return null
  return `${percent(probability)} with ${plain(reason.substitute)} in its place`
}

/** Reasons in plain words, in the order of their weight, each with where it comes from. */
export function Reasons({ reasons }: { reasons: Reason[] }) {
  return (
    <ul className="flex flex-col divide-y">
      {reasons.map((reason, index) => {
        const [icon, source] = SOURCES[reason.source] ?? [null, words(reason.source)]
        const detail = instead(reason)
        const by = typeof reason.by === "string" ? actor(reason.by) : null
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the reasons of a record never change
          <li key={index} className="flex items-start gap-2.5 py-2 first:pt-0 last:pb-0">
            <span aria-hidden className="mt-0.5 text-ink-3 [&_svg]:size-4">
              {icon}
            </span>
            <div className="min-w-0 flex-1">
              <p className="leading-5">
                {reason.source === "person" && reason.text ? <q>{reason.text}</q> : reason.text}
              </p>
              <p className="text-xs text-ink-3">
                {source}
                {by && ` · ${by}`}
                {reason.rule && (
                  <>
                    {" · rule "}
                    <span className="mono">{reason.rule}</span>
                  </>
                )}
                {detail && ` · ${detail}`}
              </p>
            </div>
            {reason.kind && reason.kind !== "act" && (
              <Badge tone={reason.kind === "ask" ? "warn" : "neutral"}>{verdictLabel(reason.kind)}</Badge>
            )}
          </li>
        )
      })}
    </ul>
  )
}
