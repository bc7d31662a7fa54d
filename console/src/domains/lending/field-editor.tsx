import type { Schema } from "@/api/client"
import { Checkbox, Field, Input, Select, Textarea } from "@/ui/field"
import type { Finding } from "@/ui/findings-panel"
import { words } from "@/ui/format"
import { NumberInput } from "@/ui/number-input"
import { changeField, fitted } from "./product-document"
import type { ProductDraftHandle } from "./product-draft"
import type { FormField } from "./queries"

type Vocabulary = Schema["ProductVocabulary"]

/** One question of the form: what it is called, what it holds, what it is for. */
export function FieldEditor({
  handle,
  at,
  findings,
  vocabulary,
}: {
  handle: ProductDraftHandle
  at: number
  findings: Finding[]
  vocabulary: Vocabulary | undefined
}) {
  const { change, draft } = handle
  const field = draft.document.form[at]!
  const set = (part: Partial<FormField>) =>
    change((now) => changeField(now, at, fitted({ ...now.form[at]!, ...part }, vocabulary)))
  const fault = (part: string) => {
    const found = findings.filter((finding) => finding.path === `form[${at}].${part}`)
    const worst = found.find((finding) => finding.severity === "error") ?? found[0]
    return worst ? `${worst.message}${worst.remedy ? ` ${worst.remedy}` : ""}` : null
  }
  const type = vocabulary?.types.find((each) => each.type === field.type)
  const role = vocabulary?.roles.find((each) => each.role === field.role)
  const taken = new Set(draft.document.form.filter((other) => other !== field).map((other) => other.role as string))
  const whole = findings.filter((finding) => finding.path === `form[${at}]`)
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
        <Field label="Label" hint="What people read." error={fault("label")}>
          {(control) => (
            <Input
              {...control}
              value={field.label}
              maxLength={vocabulary?.name_length_max}
              autoComplete="off"
              onChange={(event) => set({ label: event.target.value })}
            />
          )}
        </Field>
        <Field label="Name" hint="How programs, rules and the model name it." error={fault("name")}>
          {(control) => (
            <Input
              {...control}
              value={field.name}
              maxLength={vocabulary?.name_length_max}
              autoComplete="off"
              spellCheck={false}
              className="mono"
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Type" hint={type?.help} error={fault("type")}>
          {(control) => (
            <Select
              {...control}
              value={field.type}
              onChange={(event) => set({ type: event.target.value as FormField["type"] })}
            >
              {(vocabulary?.types ?? [{ type: field.type }]).map((each) => (
                <option key={each.type} value={each.type}>
                  {words(each.type)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Role" hint={role?.help} error={fault("role")}>
          {(control) => (
            <Select
              {...control}
              value={field.role}
              onChange={(event) => set({ role: event.target.value as FormField["role"] })}
            >
              {(vocabulary?.roles ?? [{ role: field.role, single: false, types: [field.type] }]).map((each) => (
                <option
                  key={each.role}
                  value={each.role}
                  disabled={
                    each.role !== field.role &&
                    (!each.types.includes(field.type) || (each.single && taken.has(each.role)))
                  }
                >
                  {words(each.role)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {type?.has_bounds &&
          (["minimum", "maximum"] as const).map((bound) => (
            <Field key={bound} label={words(bound)} hint="Included; empty for none." error={fault(bound)}>
              {(control) => (
                <NumberInput
                  {...control}
                  value={field[bound] ?? undefined}
                  onChange={(value) => set({ [bound]: value ?? null })}
                />
              )}
            </Field>
          ))}
      </div>
      {type?.has_choices && (
        <Choices
          choices={field.choices}
          max={vocabulary?.choices_max ?? 0}
          error={fault("choices")}
          onChange={(choices) => set({ choices })}
        />
      )}
      <Checkbox
        label="An applicant must answer it"
        checked={field.required}
        onChange={(event) => set({ required: event.target.checked })}
      />
      {fault("required") && <p className="text-xs text-review">{fault("required")}</p>}
      {whole.map((finding) => (
        <p key={finding.message} role="alert" className="text-xs text-decline">
          {finding.message} {finding.remedy}
        </p>
      ))}
      {field.role === "protected" && <p className="text-xs text-ink-3">{vocabulary?.protected_help}</p>}
    </div>
  )
}

/** Choices, one on each line. */
function Choices({
  choices,
  max,
  error,
  onChange,
}: {
  choices: string[]
  max: number
  error: string | null
  onChange: (choices: string[]) => void
}) {
  return (
    <Field
      label="Choices"
      hint={`One on each line; without any it may be any word. At most ${max.toLocaleString()}.`}
      error={error}
    >
      {(control) => (
        <Textarea
          {...control}
          rows={Math.min(10, Math.max(3, choices.length + 1))}
          spellCheck={false}
          value={choices.join("\n")}
          onChange={(event) => onChange(event.target.value === "" ? [] : event.target.value.split("\n"))}
          onBlur={() => onChange([...new Set(choices.map((choice) => choice.trim()).filter(Boolean))])}
        />
      )}
    </Field>
  )
}
