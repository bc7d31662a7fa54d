import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { ApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Checkbox, Field, Textarea } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { NumberInput } from "@/ui/number-input"
import { toast } from "@/ui/toast"
import { Counts } from "./dry-run"
import { FormError } from "./form-error"
import { useRefresh } from "./queries"
import { days } from "./state"

type Rule = Schema["RetentionRuleView"]
const DAYS_MAX = 36_500
const isDays = (value: number | undefined): value is number =>
  value !== undefined && Number.isInteger(value) && value >= 0 && value <= DAYS_MAX

/** Set how long a class is kept and whether it then goes, with what that would touch now. */
export function RuleDialog({ rule, onClose }: { rule: Rule; onClose: () => void }) {
  const refresh = useRefresh()
  const [enabled, setEnabled] = useState(rule.enabled)
  const [after, setAfter] = useState<number | undefined>(rule.after_days)
  const [legal, setLegal] = useState<number | undefined>(rule.legal_days)
  const [reason, setReason] = useState("")
  const save = useMutation({
    mutationFn: async () =>
      api.PUT("/api/v1/privacy/retention/{data_class}", {
        params: { path: { data_class: rule.data_class } },
        body: { enabled, after_days: after!, legal_days: legal!, reason: reason.trim(), revision: rule.revision },
      }),
    onSuccess: async () => {
      await refresh()
      toast(enabled ? `${rule.title}: the rule deletes` : `${rule.title}: the rule is off`)
      onClose()
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) void refresh()
    },
  })
  const tooShort = isDays(after) && isDays(legal) && after < legal
  return (
    <Dialog open onClose={onClose} title={`How long to keep: ${rule.title}`} wide>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="Legal minimum, in days"
            hint={`${rule.legal_reason} By default ${days(rule.default_legal_days)}.`}
            error={fieldError(save.error, "legal_days")}
          >
            {(control) => <NumberInput {...control} value={legal} onChange={setLegal} required />}
          </Field>
          <Field
            label="Keep for, in days after its end"
            error={tooShort ? `Less than the legal minimum of ${days(legal)}.` : fieldError(save.error, "after_days")}
          >
            {(control) => <NumberInput {...control} value={after} onChange={setAfter} required />}
          </Field>
        </div>
        {isDays(after) && (
          <div className="rounded-control border p-3">
            <p className="mb-2 text-xs font-medium text-ink-2">Dry run with these days</p>
            <Counts dataClass={rule.data_class} afterDays={after} />
          </div>
        )}
        <Checkbox
          label="Delete by this rule from now on"
          checked={enabled}
          onChange={(event) => setEnabled(event.target.checked)}
        />
        {enabled && !rule.enabled && (
          <Notice tone="warn">
            A worker then erases what is due, a few at a time, as an erasure on request would. It cannot be taken back.
          </Notice>
        )}
        <Field label="Reason (kept in the record)" error={fieldError(save.error, "reason")}>
          {(control) => (
            <Textarea
              {...control}
              value={reason}
              rows={2}
              maxLength={2000}
              required
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <FormError sentence={otherError(save.error, ["legal_days", "after_days", "reason"])} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant={enabled && !rule.enabled ? "decline" : "solid"}
            busy={save.isPending}
            disabled={!isDays(after) || !isDays(legal) || tooShort || !reason.trim()}
          >
            {enabled === rule.enabled ? "Save" : enabled ? "Switch on" : "Switch off"}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
