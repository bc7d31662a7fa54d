import type { LiveEvent } from "@/api/live"
import { actor, words } from "@/ui/format"
import { VERDICT_KINDS, type VerdictKind } from "@/ui/verdict"

export interface Sentence {
  text: string
  verdict?: VerdictKind
  decisionId?: string
}

const said = (value: unknown): string => (typeof value === "string" ? value : "")

/** An event of the log as one line for people. */
export function sentence(event: LiveEvent): Sentence {
  const { name, body } = event
  const decisionId = said(body.decision_id) || undefined
  if (name === "kernel.decision.made") {
    const verdict = VERDICT_KINDS.find((each) => each === body.verdict)
    const what = said(body.action) ? words(said(body.action)).toLowerCase() : "to be judged unseen"
    return { text: `${words(said(body.kind))}: ${what}`, verdict, decisionId }
  }
  if (name.startsWith("kernel.effect."))
    return {
      text: `${words(said(body.action))} ${words(name.slice("kernel.effect.".length)).toLowerCase()}`,
      decisionId,
    }
  if (name === "kernel.outcome.recorded") return { text: `Outcome recorded: ${words(said(body.measure))}`, decisionId }
  if (name === "kernel.policy.published")
    return { text: `Policy of ${words(said(body.kind)).toLowerCase()} published, version ${body.version}` }
  const subject = said(body.component) || said(body.key) || said(body.title) || said(body.kind)
  const by = said(body.by)
  return {
    text: [
      words(name.replace(/^(kernel|lending)\./, "")),
      subject && words(subject).toLowerCase(),
      by && `by ${actor(by)}`,
    ]
      .filter(Boolean)
      .join(" · "),
    decisionId,
  }
}
