import { Minus, Pencil, Plus } from "lucide-react"
import { Badge } from "@/ui/basics"
import { plain, words } from "@/ui/format"
import { type Change, diff } from "./changes"
import type { PolicyDocument, Rule } from "./document"
import { EFFECT_WORDS, type Label, ruleCondition } from "./wording"

const HOW = {
  added: { label: "Added", icon: <Plus aria-hidden />, tone: "accent" },
  removed: { label: "Removed", icon: <Minus aria-hidden />, tone: "warn" },
  changed: { label: "Changed", icon: <Pencil aria-hidden />, tone: "info" },
} as const

/** What differs between two policies, one entry for each rule, action or setting, with before and after. */
export function ChangesView({ before, after, label }: { before: PolicyDocument; after: PolicyDocument; label: Label }) {
  const changes = diff(before, after, label)
  if (changes.length === 0) return <p className="text-[13px] text-ink-3">They say the same.</p>
  return (
    <ul aria-label="Changes" className="flex flex-col divide-y rounded-control border">
      {changes.map((change) => (
        <li key={`${change.what} ${change.name}`} className="px-3 py-2.5">
          <div className="flex flex-wrap items-center gap-2 text-[13px]">
            <Badge tone={HOW[change.how].tone} icon={HOW[change.how].icon}>
              {HOW[change.how].label}
            </Badge>
            <span className="font-medium">
              {change.what === "setting" ? change.name : `${words(change.what)} ${change.name}`}
            </span>
          </div>
          <Detail change={change} label={label} />
        </li>
      ))}
    </ul>
  )
}

function Detail({ change, label }: { change: Change; label: Label }) {
  if (change.how !== "changed" && change.what === "rule") {
    const rule = change.whole as Rule
    return (
      <p className="mt-1 text-[13px] text-ink-2">
        {EFFECT_WORDS[rule.effect]?.label ?? rule.effect}: {ruleCondition(rule, label)}
        {rule.reason && <span className="block text-xs text-ink-3">“{rule.reason}”</span>}
      </p>
    )
  }
  if (change.how !== "changed" && change.what === "action")
    return (
      <p className="mt-1 text-[13px] text-ink-2">
        {change.how === "removed" ? "It will be refused from then on." : "It may happen from then on."}
      </p>
    )
  return (
    <dl className="mt-1.5 flex flex-col gap-1 text-[13px]">
      {change.fields.map(({ field, before, after }) => (
        <div key={field} className="grid gap-x-3 sm:grid-cols-[9rem_1fr]">
          <dt className="text-xs leading-5 text-ink-3">{field ? words(field) : "Value"}</dt>
          <dd className="min-w-0 break-words">
            <del className="text-ink-3 decoration-ink-3/60">
              <span className="sr-only">before: </span>
              {shown(before)}
            </del>
            <span aria-hidden className="px-1.5 text-ink-3">
              →
            </span>
            <ins className="font-medium no-underline">
              <span className="sr-only">after: </span>
              {shown(after)}
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  )
}

const shown = (value: unknown): string =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)
    ? "nothing"
    : Array.isArray(value) && typeof value[0] === "object"
      ? value.map((each) => entries(each)).join("; ")
      : typeof value === "object"
        ? entries(value)
        : plain(value)

const entries = (value: object) =>
  Object.entries(value)
    .map(([key, each]) => `${words(key).toLowerCase()} ${plain(each)}`)
    .join(", ")
