import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once } from "@/api/client"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Chips } from "@/ui/facets"
import { Checkbox, Field, Input, Select, Textarea } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { FormError } from "@/ui/form-parts"
import { words } from "@/ui/format"
import { toast } from "@/ui/toast"
import { type Channel, RULES, type Rule, refresh } from "./queries"
import { bodyOf, newRule } from "./rule-body"
import { QuietFields } from "./rule-quiet"
import { type RuleBody, sentences } from "./rule-sentence"
import { StepFields } from "./rule-steps"

const SEVERITIES = ["critical", "high", "medium", "low"] as const
const KINDS = ["intervention", "anomaly", "performance", "security"] as const
const GROUPS = [
  [0, "Each by itself"],
  [30, "Those of 30 seconds"],
  [60, "Those of a minute"],
  [300, "Those of 5 minutes"],
  [900, "Those of 15 minutes"],
  [3600, "Those of an hour"],
] as const

const linesOf = (text: string) => text.split("\n").flatMap((line) => line.trim() || [])

interface Props {
  rule: Rule | null
  channels: Channel[]
  /** The organisation's time zone. */
  zone: string
  onClose: () => void
}

/** Which alerts go to whom, in which order, and when not; read back as a sentence while it is edited. */
export default function RuleDialog({ rule, channels, zone, onClose }: Props) {
  const client = useQueryClient()
  const [name, setName] = useState(rule?.name ?? "")
  const [body, setBody] = useState<RuleBody>(() => (rule ? bodyOf(rule) : newRule(channels[0]?.id)))
  const [causes, setCauses] = useState(body.causes.join("\n"))
  const [components, setComponents] = useState(body.components.join("\n"))
  const [key, setKey] = useState(() => crypto.randomUUID())
  const whole = { ...body, causes: linesOf(causes), components: linesOf(components) }
  const put = (part: Partial<RuleBody>) => setBody((now) => ({ ...now, ...part }))
  const save = useMutation({
    mutationFn: () =>
      rule
        ? api.PUT("/api/v1/notification-rules/{rule_id}", {
            params: { path: { rule_id: rule.id } },
            body: { ...whole, name: name.trim(), revision: rule.revision, enabled: rule.enabled },
          })
        : api.POST(RULES, { body: { ...whole, name: name.trim(), enabled: true }, headers: once(key) }),
    onSuccess: async () => {
      await refresh(client, RULES)
      toast(`${name.trim()} is saved`)
      onClose()
    },
    onError: () => {
      setKey(crypto.randomUUID())
      void refresh(client, RULES)
    },
  })
  const names = { ...rule?.channel_names, ...Object.fromEntries(channels.map((each) => [each.id, each.name])) }
  return (
    <Dialog open onClose={onClose} title={rule ? `Edit ${rule.name}` : "Add a rule"} wide>
      <form
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Field label="Name" error={fieldError(save.error, "name")}>
          {(control) => (
            <Input
              {...control}
              value={name}
              required
              maxLength={100}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-2 text-[13px] font-semibold">Which alerts</legend>
          <Labelled text="Severity">
            <Chips
              label="Severity"
              choices={SEVERITIES.map((value) => ({ value, label: words(value) }))}
              chosen={body.severities}
              onChange={(severities) => put({ severities: severities ?? [] })}
            />
          </Labelled>
          <Labelled text="Kind">
            <Chips
              label="Kind"
              choices={KINDS.map((value) => ({ value, label: words(value) }))}
              chosen={body.kinds}
              onChange={(kinds) => put({ kinds: kinds ?? [] })}
            />
          </Labelled>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label="Causes (optional)"
              hint="How they begin, one a line, such as effects."
              error={fieldError(save.error, "causes")}
            >
              {(control) => (
                <Textarea {...control} rows={2} value={causes} onChange={(event) => setCauses(event.target.value)} />
              )}
            </Field>
            <Field
              label="Components (optional)"
              hint="Their names, one a line, such as lending.application."
              error={fieldError(save.error, "components")}
            >
              {(control) => (
                <Textarea
                  {...control}
                  rows={2}
                  value={components}
                  onChange={(event) => setComponents(event.target.value)}
                />
              )}
            </Field>
          </div>
          <p className="text-xs text-ink-3">What is not chosen is not asked for: nothing chosen means all of it.</p>
        </fieldset>
        <StepFields
          steps={body.steps}
          channels={channels}
          error={fieldError(save.error, "steps")}
          onChange={(steps) => put({ steps })}
        />
        <QuietFields
          quiet={body.quiet}
          zone={zone}
          error={fieldError(save.error, "quiet.time_zone") ?? fieldError(save.error, "quiet.start")}
          onChange={(quiet) => put({ quiet })}
        />
        <div className="grid items-end gap-4 sm:grid-cols-2">
          <Field label="In one message" hint="PagerDuty gets each by itself, at once.">
            {(control) => (
              <Select
                {...control}
                value={body.group_seconds}
                onChange={(event) => put({ group_seconds: Number(event.target.value) })}
              >
                {GROUPS.some(([value]) => value === body.group_seconds) || (
                  <option value={body.group_seconds}>Those of {body.group_seconds} seconds</option>
                )}
                {GROUPS.map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Checkbox
            label="Tell people when it is over"
            className="pb-6"
            checked={body.tell_when_over}
            onChange={(event) => put({ tell_when_over: event.target.checked })}
          />
        </div>
        <Notice>
          {sentences(whole, names, zone).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </Notice>
        <FormError
          error={otherError(save.error, ["name", "steps", "causes", "components", "quiet.time_zone", "quiet.start"])}
        />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={save.isPending} disabled={!name.trim()}>
            {rule ? "Save" : "Add"}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Labelled({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <div>
      <p className="mb-1 text-xs font-medium text-ink-2">{text}</p>
      {children}
    </div>
  )
}
