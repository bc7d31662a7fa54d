import { Checkbox, Input, Select, Textarea } from "@/ui/field"
import { words } from "@/ui/format"
import { NumberInput } from "@/ui/number-input"
import { ConditionBuilder } from "./condition-builder"
import { ALWAYS, EFFECTS, isAlways, NEW_RULE, type Rule, SEVERITIES, TIERS } from "./document"
import { Checked, FoundAt, tidy, useEditor, withRule } from "./editor"
import { FieldSelect } from "./field-select"
import { MutableBox } from "./mutable-box"
import { actionLabel } from "./vocabulary"
import { EFFECT_WORDS, ruleCondition, scalarText } from "./wording"

/** A rule that was just added waits for its name. */
const newName = (input: HTMLInputElement | null) => {
  if (input?.value.startsWith(NEW_RULE)) input.select()
}

/** The form of one rule. */
export function RuleEditor({ at }: { at: number }) {
  const { document, change, vocabulary, label } = useEditor()
  const rule = document.rules[at]!
  const path = `rules[${at}]`
  const set = (part: Partial<Rule>) => change((now) => withRule(now, at, tidy({ ...now.rules[at]!, ...part })))
  const setEffect = (effect: Rule["effect"]) => {
    const { cap, ...rest } = rule
    change((now) =>
      withRule(now, at, {
        ...rest,
        effect,
        when: rest.when ?? ALWAYS,
        ...(effect === "limit" && { cap: cap ?? { field: "action.amount", at_most: 0, exceeded: "ask" } }),
      }),
    )
  }
  return (
    <div className="flex flex-col gap-4">
      <p className="rounded-control bg-sunken px-3 py-2 text-[13px] dark:bg-raised">
        <span className="font-medium">{EFFECT_WORDS[rule.effect]?.label ?? rule.effect}</span>
        {rule.effect !== "limit" && EFFECT_WORDS[rule.effect] && ` ${EFFECT_WORDS[rule.effect].lead}`}:{" "}
        {ruleCondition(rule, label)}
      </p>
      <FoundAt path={path} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Checked path={`${path}.name`} label="Name">
          {(control) => (
            <Input
              {...control}
              ref={newName}
              value={rule.name}
              maxLength={200}
              autoComplete="off"
              onChange={(event) => change((now) => withRule(now, at, { ...now.rules[at]!, name: event.target.value }))}
            />
          )}
        </Checked>
        <Checked path={`${path}.effect`} label="Effect" hint={EFFECT_WORDS[rule.effect]?.hint}>
          {(control) => (
            <Select
              {...control}
              value={rule.effect}
              onChange={(event) => setEffect(event.target.value as Rule["effect"])}
            >
              {!EFFECTS.includes(rule.effect) && <option value={rule.effect}>{rule.effect}</option>}
              {EFFECTS.map((effect) => (
                <option key={effect} value={effect}>
                  {EFFECT_WORDS[effect].label}
                </option>
              ))}
            </Select>
          )}
        </Checked>
      </div>
      {rule.effect === "limit" && <CapEditor rule={rule} path={path} set={set} />}
      <fieldset className="min-w-0">
        <legend className="mb-1.5 text-xs font-medium text-ink-2">
          {rule.effect === "limit" ? "Only when (optional)" : rule.effect === "require" ? "What must hold" : "When"}
        </legend>
        <ConditionBuilder
          condition={rule.when ?? ALWAYS}
          path={`${path}.when`}
          onChange={(next) =>
            set({
              when:
                next === null || (rule.effect === "limit" && isAlways(next))
                  ? rule.effect === "limit"
                    ? undefined
                    : ALWAYS
                  : next,
            })
          }
        />
      </fieldset>
      <fieldset>
        <legend className="mb-1.5 text-xs font-medium text-ink-2">Applies to</legend>
        <div className="flex flex-wrap gap-x-4 gap-y-1.5">
          <Checkbox
            label="All actions"
            checked={rule.actions === undefined}
            onChange={(event) => set({ actions: event.target.checked ? undefined : Object.keys(document.actions) })}
          />
          {[...new Set([...Object.keys(document.actions), ...(rule.actions ?? [])])].map((name) => (
            <Checkbox
              key={name}
              label={actionLabel(vocabulary, name)}
              disabled={rule.actions === undefined}
              checked={rule.actions?.includes(name) ?? true}
              onChange={(event) =>
                set({
                  actions: event.target.checked
                    ? [...(rule.actions ?? []), name]
                    : (rule.actions ?? []).filter((each) => each !== name),
                })
              }
            />
          ))}
        </div>
        <FoundAt path={`${path}.actions`} deep className="mt-1" />
      </fieldset>
      <Checked
        path={`${path}.reason`}
        label="Reason, in plain words"
        hint="Shown to people, and owed to the applicant when this rule decides."
      >
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            maxLength={2000}
            value={rule.reason ?? ""}
            onChange={(event) => set({ reason: event.target.value })}
          />
        )}
      </Checked>
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
        <Checked path={`${path}.missing`} label="When a value is missing">
          {(control) => (
            <Select
              {...control}
              value={rule.missing ?? "ask"}
              onChange={(event) => set({ missing: event.target.value as Rule["missing"] })}
            >
              <option value="ask">Ask a person</option>
              <option value="refuse">Refuse</option>
              <option value="ignore">Say nothing</option>
            </Select>
          )}
        </Checked>
        <Checked path={`${path}.tier`} label="Who may answer">
          {(control) => (
            <Select
              {...control}
              value={rule.tier ?? ""}
              onChange={(event) => set({ tier: (event.target.value || undefined) as Rule["tier"] })}
            >
              <option value="">As the action</option>
              {TIERS.map((tier) => (
                <option key={tier} value={tier}>
                  {words(tier)}
                </option>
              ))}
            </Select>
          )}
        </Checked>
        <Checked path={`${path}.severity`} label="Severity">
          {(control) => (
            <Select
              {...control}
              value={rule.severity ?? ""}
              onChange={(event) => set({ severity: (event.target.value || undefined) as Rule["severity"] })}
            >
              <option value="">Not set</option>
              {SEVERITIES.map((severity) => (
                <option key={severity} value={severity}>
                  {words(severity)}
                </option>
              ))}
            </Select>
          )}
        </Checked>
        <Checked path={`${path}.code`} label="Reason code">
          {(control) => (
            <Select
              {...control}
              value={rule.code ?? ""}
              onChange={(event) => set({ code: event.target.value || undefined })}
            >
              <option value="">None</option>
              {rule.code && !vocabulary?.codes.some((code) => code.name === rule.code) && (
                <option value={rule.code}>{rule.code}</option>
              )}
              {vocabulary?.codes.map((code) => (
                <option key={code.name} value={code.name}>
                  {code.label}
                </option>
              ))}
            </Select>
          )}
        </Checked>
      </div>
      <MutableBox rule={rule} set={set} />
      <Timing rule={rule} path={path} set={set} />
    </div>
  )
}

interface PartProps {
  rule: Rule
  path: string
  set: (part: Partial<Rule>) => void
}

function CapEditor({ rule, path, set }: PartProps) {
  const cap = rule.cap ?? { field: "action.amount", at_most: 0, exceeded: "ask" as const }
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Checked path={`${path}.cap.field`} label="Field">
        {({ id }) => (
          <FieldSelect
            id={id}
            label="Capped field"
            numbersOnly
            value={cap.field}
            onChange={(field) => set({ cap: { ...cap, field } })}
          />
        )}
      </Checked>
      <Checked path={`${path}.cap.at_most`} label="At most">
        {(control) => (
          <NumberInput
            {...control}
            value={Number(scalarText(cap.at_most))}
            onChange={(next) => next !== undefined && set({ cap: { ...cap, at_most: next } })}
          />
        )}
      </Checked>
      <Checked path={`${path}.cap.exceeded`} label="Above it">
        {(control) => (
          <Select
            {...control}
            value={cap.exceeded}
            onChange={(event) => set({ cap: { ...cap, exceeded: event.target.value as "ask" | "refuse" } })}
          >
            <option value="ask">Ask a person</option>
            <option value="refuse">Refuse</option>
          </Select>
        )}
      </Checked>
    </div>
  )
}

function Timing({ rule, path, set }: PartProps) {
  return (
    <details open={Boolean(rule.effective_from || rule.effective_until || rule.not_applicable)}>
      <summary className="cursor-pointer text-xs font-medium text-ink-2">Time span, and switching the rule off</summary>
      <div className="mt-2 grid gap-4 sm:grid-cols-2">
        {(["effective_from", "effective_until"] as const).map((key) => (
          <Checked
            key={key}
            path={`${path}.${key}`}
            label={key === "effective_from" ? "In force from (UTC)" : "In force until (UTC)"}
          >
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                value={utcInput(rule[key])}
                onChange={(event) => set({ [key]: event.target.value ? `${event.target.value}:00+00:00` : undefined })}
              />
            )}
          </Checked>
        ))}
        <Checked
          path={`${path}.not_applicable`}
          label="Switched off, because"
          hint="With a reason here the rule decides nothing; it stays in the policy."
          className="sm:col-span-2"
        >
          {(control) => (
            <Input
              {...control}
              maxLength={2000}
              value={rule.not_applicable ?? ""}
              onChange={(event) => set({ not_applicable: event.target.value || undefined })}
            />
          )}
        </Checked>
      </div>
    </details>
  )
}

/** A moment as the browser's control writes it, in UTC. */
function utcInput(moment: string | undefined): string {
  const at = moment ? new Date(moment) : null
  return at && !Number.isNaN(at.getTime()) ? at.toISOString().slice(0, 16) : ""
}
