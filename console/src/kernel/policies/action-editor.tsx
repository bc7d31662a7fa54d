import { Plus, X } from "lucide-react"
import { useOrganization } from "@/app/session"
import { Button } from "@/ui/button"
import { Checkbox, Select } from "@/ui/field"
import { words } from "@/ui/format"
import { NumberInput } from "@/ui/number-input"
import { type ActionSettings, type Limit, settled, TIERS } from "./document"
import { Checked, FoundAt, useEditor, withAction } from "./editor"
import { hoursText } from "./wording"

const PER_CENT = 0.01

/** The form of what one action may do. */
export function ActionEditor({ name }: { name: string }) {
  const { document, change } = useEditor()
  const action = settled(document.actions[name]!)
  const path = `actions.${name}`
  const set = (part: Partial<ActionSettings>) =>
    change((now) => withAction(now, name, { ...settled(now.actions[name]!), ...part }))
  const number = (key: "act_threshold" | "blind_share", label: string, hint: string) => (
    <Checked path={`${path}.${key}`} label={label} hint={hint}>
      {(control) => (
        <NumberInput
          {...control}
          scale={PER_CENT}
          value={action[key]}
          onChange={(next) => next !== undefined && set({ [key]: next })}
        />
      )}
    </Checked>
  )
  const share = (level: "supervised" | "full", label: string) => (
    <Checked
      path={`${path}.review_share.${level}`}
      label={label}
      hint="Of what it would do by itself, a person checks this share first."
    >
      {(control) => (
        <NumberInput
          {...control}
          scale={PER_CENT}
          value={action.review_share[level]}
          onChange={(next) => next !== undefined && set({ review_share: { ...action.review_share, [level]: next } })}
        />
      )}
    </Checked>
  )
  return (
    <div className="flex flex-col gap-5">
      <FoundAt path={path} />
      <div className="grid gap-4 sm:grid-cols-2">
        {number(
          "act_threshold",
          "Acts from a confidence of (%)",
          "At the threshold it acts; below it a person is asked.",
        )}
        <Checked path={`${path}.tier`} label="Who may answer">
          {(control) => (
            <Select
              {...control}
              value={action.tier}
              onChange={(event) => set({ tier: event.target.value as ActionSettings["tier"] })}
            >
              {TIERS.map((tier) => (
                <option key={tier} value={tier}>
                  {words(tier)}
                </option>
              ))}
            </Select>
          )}
        </Checked>
        <Checked
          path={`${path}.deadline_hours`}
          label="Answer within (hours)"
          hint={`${hoursText(action.deadline_hours)} of business time`}
        >
          {(control) => (
            <NumberInput
              {...control}
              value={action.deadline_hours}
              onChange={(next) => next !== undefined && set({ deadline_hours: next })}
            />
          )}
        </Checked>
        <Checked path={`${path}.fate`} label="When nobody answers in time">
          {(control) => (
            <Select
              {...control}
              value={action.fate}
              onChange={(event) => set({ fate: event.target.value as ActionSettings["fate"] })}
            >
              <option value="decline">Decline: it does not happen</option>
              <option value="escalate">Escalate to the next tier</option>
            </Select>
          )}
        </Checked>
        <Checked
          path={`${path}.hold_seconds`}
          label="Hold effects for (seconds)"
          hint={
            action.hold_seconds ? `${hoursText(action.hold_seconds / 3600)} in which it can be taken back` : "Not held"
          }
        >
          {(control) => (
            <NumberInput
              {...control}
              value={action.hold_seconds}
              onChange={(next) => next !== undefined && set({ hold_seconds: next })}
            />
          )}
        </Checked>
        {number("blind_share", "Blind questions (%)", "Questions in which the person does not see the proposal.")}
        {share("supervised", "Checked first at supervised (%)")}
        {share("full", "Checked first at full (%)")}
      </div>
      <FoundAt path={`${path}.review_share`} />
      <Checkbox
        label="Can be undone"
        checked={action.reversible}
        onChange={(event) => set({ reversible: event.target.checked })}
      />
      <Limits limits={action.limits} path={`${path}.limits`} onChange={(limits) => set({ limits })} />
    </div>
  )
}

function Limits({ limits, path, onChange }: { limits: Limit[]; path: string; onChange: (limits: Limit[]) => void }) {
  const currency = useOrganization()?.currency ?? ""
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-xs font-medium text-ink-2">Limits: how much it may do by itself</legend>
      <FoundAt path={path} className="mb-2" />
      <div className="flex flex-col gap-3">
        {limits.length === 0 && <p className="text-xs text-ink-3">No limit.</p>}
        {limits.map((limit, at) => {
          const set = (part: Partial<Limit>) =>
            onChange(
              limits.with(
                at,
                Object.fromEntries(
                  Object.entries({ ...limit, ...part }).filter(([, value]) => value !== undefined),
                ) as Limit,
              ),
            )
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: limits have no identity but their place
            <div key={at}>
              <div className="grid grid-cols-2 items-end gap-2 sm:grid-cols-[1fr_1.3fr_1fr_1fr_auto]">
                <Checked path={`${path}[${at}].count`} label="Acts">
                  {(control) => (
                    <NumberInput
                      {...control}
                      placeholder="no limit"
                      value={limit.count ?? undefined}
                      onChange={(count) => set({ count })}
                    />
                  )}
                </Checked>
                <Checked path={`${path}[${at}].amount`} label={`Amount (${currency})`}>
                  {(control) => (
                    <NumberInput
                      {...control}
                      placeholder="no limit"
                      value={limit.amount === undefined || limit.amount === null ? undefined : Number(limit.amount)}
                      onChange={(amount) => set({ amount: amount === undefined ? undefined : String(amount) })}
                    />
                  )}
                </Checked>
                <Checked path={`${path}[${at}].window`} label="Per">
                  {(control) => (
                    <Select
                      {...control}
                      value={limit.window}
                      onChange={(event) => set({ window: event.target.value as Limit["window"] })}
                    >
                      <option value="hour">hour</option>
                      <option value="day">day</option>
                    </Select>
                  )}
                </Checked>
                <Checked path={`${path}[${at}].exceeded`} label="Above it">
                  {(control) => (
                    <Select
                      {...control}
                      value={limit.exceeded}
                      onChange={(event) => set({ exceeded: event.target.value as Limit["exceeded"] })}
                    >
                      <option value="ask">ask a person</option>
                      <option value="refuse">refuse</option>
                    </Select>
                  )}
                </Checked>
                <Button
                  size="icon"
                  variant="ghost"
                  aria-label={`Remove limit ${at + 1}`}
                  onClick={() => onChange(limits.filter((_, each) => each !== at))}
                >
                  <X />
                </Button>
              </div>
              <FoundAt path={`${path}[${at}]`} className="mt-1" />
            </div>
          )
        })}
        <div>
          <Button
            size="sm"
            variant="ghost"
            onClick={() => onChange([...limits, { window: "day", count: 100, exceeded: "ask" }])}
          >
            <Plus /> Limit
          </Button>
        </div>
      </div>
    </fieldset>
  )
}
