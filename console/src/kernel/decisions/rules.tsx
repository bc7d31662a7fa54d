import { useQuery } from "@tanstack/react-query"
import { Check, Minus, X } from "lucide-react"
import { useState } from "react"
import type { Schema } from "@/api/client"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { plain, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { verdictLabel } from "@/ui/verdict"
import { Money } from "@/ui/when"
import { Hidden } from "./hidden"
import { isHidden, traceQuery } from "./queries"

type Rule = Schema["RuleResult"]
type Condition = Schema["ConditionResult"]

const SIGNS: Record<string, string> = {
  eq: "=",
  ne: "≠",
  lt: "<",
  le: "≤",
  gt: ">",
  ge: "≥",
  in: "in",
  not_in: "not in",
}

/** A rule spoke when it pushed the verdict towards something. */
export const fired = (rule: Rule) => rule.kind !== null

/** Every rule of the policy that held, as it met the case: those that had something to say first. */
export function Rules({ decisionId }: { decisionId: string }) {
  const trace = useQuery(traceQuery(decisionId))
  const [all, setAll] = useState(false)
  if (isHidden(trace.error)) return <Hidden />
  return (
    <Fetched query={trace} rows={3}>
      {({ policy_version, trace: { rules, limits } }) => {
        const spoke = rules.filter(fired)
        const silent = rules.filter((rule) => !fired(rule))
        return (
          <div className="flex flex-col gap-3">
            {spoke.length === 0 && (
              <p className="text-ink-3">
                {rules.length === 0
                  ? `Policy version ${policy_version} has no rules.`
                  : `None of the ${rules.length} rules of policy version ${policy_version} had anything against it.`}
              </p>
            )}
            <RuleList rules={all ? [...spoke, ...silent] : spoke} />
            {silent.length > 0 && (
              <div>
                <Button size="sm" variant="ghost" className="-ml-2" aria-expanded={all} onClick={() => setAll(!all)}>
                  {all ? "Show only rules that fired" : `Show ${silent.length} that did not fire`}
                </Button>
              </div>
            )}
            {limits.length > 0 && (
              <p className="text-xs text-ink-3">
                Limits:{" "}
                {limits.map((limit, index) => (
                  <span key={limit.window}>
                    {index > 0 && "; "}
                    {limit.count_left !== null && `${limit.count_left.toLocaleString()} `}
                    {limit.count_left !== null && limit.amount_left !== null && "and "}
                    {limit.amount_left !== null && <Money value={limit.amount_left} />} a {limit.window}, then{" "}
                    {verdictLabel(limit.exceeded).toLowerCase()}
                  </span>
                ))}
              </p>
            )}
          </div>
        )
      }}
    </Fetched>
  )
}

const RuleList = ({ rules }: { rules: Rule[] }) => (
  <ul className="flex flex-col gap-2">
    {rules.map((rule) => (
      <li key={rule.rule} className="rounded-control border px-3 py-2">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="mono font-medium break-all">{rule.rule}</span>
          <span className="text-xs text-ink-3">{words(rule.effect).toLowerCase()}</span>
          <span className="ml-auto">
            {rule.kind ? (
              <Badge tone={rule.kind === "ask" ? "warn" : "neutral"}>Fired: {verdictLabel(rule.kind)}</Badge>
            ) : (
              <span className="text-xs text-ink-3">
                {rule.skipped ? `Skipped: ${words(rule.skipped).toLowerCase()}` : "Did not fire"}
              </span>
            )}
          </span>
        </div>
        <ul className="mt-1 flex flex-col gap-0.5 text-xs">
          {rule.conditions.map((condition, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the conditions of a record never change
            <ConditionLine key={index} condition={condition} />
          ))}
          {rule.conditions.length === 0 && <li className="text-ink-3">{rule.condition}</li>}
        </ul>
      </li>
    ))}
  </ul>
)

function ConditionLine({ condition }: { condition: Condition }) {
  const [Icon, said] =
    condition.outcome === null ? [Minus, "value missing"] : condition.outcome ? [Check, "true"] : [X, "false"]
  return (
    <li className="flex items-baseline gap-1.5 text-ink-2">
      <Icon aria-hidden className="size-3 shrink-0 self-center text-ink-3" />
      <span>
        {words(condition.field)} {SIGNS[condition.op] ?? words(condition.op).toLowerCase()} {plain(condition.wanted)}
        <span className="text-ink-3">
          {" "}
          – was <span className="num font-medium text-ink">{plain(condition.value)}</span>, so {said}
          {condition.note && ` (${condition.note})`}
        </span>
      </span>
    </li>
  )
}
