import { useQuery } from "@tanstack/react-query"
import { BellOff, Check, Minus, X } from "lucide-react"
import { useState } from "react"
import type { Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { MuteDialog } from "@/kernel/mutes/mute-dialog"
import { Muted } from "@/kernel/mutes/muted"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { plain, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { verdictLabel } from "@/ui/verdict"
import { Money } from "@/ui/when"
import { Hidden } from "./hidden"
import { comparisonWords, type InputWords, useInputWords } from "./input-words"
import { type DecisionRecord, decisionQuery, isHidden, traceQuery } from "./queries"

type Rule = Schema["RuleResult"]
type Condition = Schema["ConditionResult"]

/** A rule spoke when it pushed the verdict towards something. */
export const fired = (rule: Rule) => rule.kind !== null

/** What asks at most can be muted; whether the policy allows it is for the dialog to say. */
const isMutable = (rule: Rule) => rule.kind === "ask" && (rule.effect === "ask" || rule.effect === "limit")

type CaseRecord = Pick<DecisionRecord, "kind" | "policy_version" | "values" | "mutes">

/** Every rule of the policy that held, as it met the case: those that had something to say first. */
export function Rules({ decisionId, record: known }: { decisionId: string; record?: CaseRecord }) {
  const trace = useQuery(traceQuery(decisionId))
  const asked = useQuery({ ...decisionQuery(decisionId), enabled: known === undefined }).data
  const record = known ?? asked
  const inputs = useInputWords(record)
  const mayMute = useCan()("kernel:list:manage")
  const [all, setAll] = useState(false)
  const [muting, setMuting] = useState<string | null>(null)
  if (isHidden(trace.error)) return <Hidden />
  return (
    <Fetched query={trace} rows={3}>
      {({ policy_version, trace: { rules, limits } }) => {
        const spoke = rules.filter((rule) => fired(rule) || rule.mute)
        const silent = rules.filter((rule) => !spoke.includes(rule))
        const idle = Object.keys(record?.mutes ?? {}).filter((name) => !spoke.some((rule) => rule.rule === name))
        return (
          <div className="flex flex-col gap-3">
            {spoke.length === 0 && (
              <p className="text-ink-3">
                {rules.length === 0
                  ? `Policy version ${policy_version} has no rules.`
                  : `None of the ${rules.length} rules of policy version ${policy_version} had anything against it.`}
              </p>
            )}
            <RuleList
              rules={all ? [...spoke, ...silent] : spoke}
              inputs={inputs}
              onMute={mayMute && record ? setMuting : undefined}
            />
            {idle.length > 0 && (
              <p className="text-xs text-ink-3">
                Muted for this customer as well, with nothing to say here: {idle.map(words).join(", ")}.
              </p>
            )}
            {muting && record && (
              <MuteDialog
                kind={record.kind}
                rule={muting}
                values={record.values ?? {}}
                onClose={() => setMuting(null)}
              />
            )}
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

function RuleList({ rules, inputs, onMute }: { rules: Rule[]; inputs: InputWords; onMute?: (rule: string) => void }) {
  return (
    <ul className="flex flex-col gap-2">
      {rules.map((rule) => (
        <li key={rule.rule} className="rounded-control border px-3 py-2">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="mono font-medium break-all">{rule.rule}</span>
            <span className="text-xs text-ink-3">{words(rule.effect).toLowerCase()}</span>
            <span className="ml-auto">
              <Said rule={rule} />
            </span>
          </div>
          <ul className="mt-1 flex flex-col gap-0.5 text-xs">
            {rule.conditions.map((condition, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the conditions of a record never change
              <ConditionLine key={index} condition={condition} inputs={inputs} />
            ))}
            {rule.conditions.length === 0 && <li className="text-ink-3">{rule.condition}</li>}
          </ul>
          {rule.mute && <Muted muteId={rule.mute} />}
          {onMute && isMutable(rule) && (
            <Button
              size="sm"
              variant="ghost"
              className="mt-1 -ml-2"
              aria-label={`Mute for this customer…: ${words(rule.rule)}`}
              onClick={() => onMute(rule.rule)}
            >
              <BellOff /> Mute for this customer…
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}

function Said({ rule }: { rule: Rule }) {
  if (rule.kind) return <Badge tone={rule.kind === "ask" ? "warn" : "neutral"}>Fired: {verdictLabel(rule.kind)}</Badge>
  if (rule.mute)
    return (
      <Badge tone="info" icon={<BellOff aria-hidden />}>
        Muted
      </Badge>
    )
  return (
    <span className="text-xs text-ink-3">
      {rule.skipped ? `Skipped: ${words(rule.skipped).toLowerCase()}` : "Did not fire"}
    </span>
  )
}

function ConditionLine({ condition, inputs }: { condition: Condition; inputs: InputWords }) {
  const [Icon, said] =
    condition.outcome === null ? [Minus, "value missing"] : condition.outcome ? [Check, "true"] : [X, "false"]
  return (
    <li className="flex items-baseline gap-1.5 text-ink-2">
      <Icon aria-hidden className="size-3 shrink-0 self-center text-ink-3" />
      <span>
        {comparisonWords(condition, inputs)}
        <span className="text-ink-3">
          {" "}
          – was <span className="num font-medium text-ink">{plain(condition.value)}</span>, so {said}
          {condition.note && ` (${condition.note})`}
        </span>
      </span>
    </li>
  )
}
