import { type ReactNode, useId } from "react"
import { Field, Input, Select, Textarea } from "@/ui/field"
import { words } from "@/ui/format"
import { boundsText, type Faults, SECTION_LABELS, sectionsOf, type Texts } from "./form-values"
import type { FormField } from "./queries"

const CHOICES_SHOWN_MAX = 200

/** The fields of a product's form under their headings, each with its bounds and what is wrong with its answer. */
export function FormFields({
  form,
  currency,
  texts,
  faults,
  onChange,
  level: Heading = "h3",
}: {
  form: readonly FormField[]
  currency: string
  texts: Texts
  faults: Faults
  onChange: (name: string, text: string) => void
  level?: "h2" | "h3" | "h4"
}) {
  const sections = sectionsOf(form)
  return (
    <div className="@container flex flex-col gap-5">
      {sections.map(([section, fields]) => (
        <section key={section}>
          <Heading className="mb-2 text-xs font-semibold text-ink-2">{SECTION_LABELS[section]}</Heading>
          <div className="grid gap-x-4 gap-y-3 @md:grid-cols-2">
            {fields.map((field) => (
              <Answer
                key={field.name}
                field={field}
                currency={currency}
                text={texts[field.name] ?? ""}
                fault={faults[field.name]}
                onChange={(text) => onChange(field.name, text)}
              />
            ))}
          </div>
        </section>
      ))}
    </div>
  )
}

function Answer({
  field,
  currency,
  text,
  fault,
  onChange,
}: {
  field: FormField
  currency: string
  text: string
  fault: string | undefined
  onChange: (text: string) => void
}) {
  const listId = useId()
  const money = field.role === "amount" || field.role === "income"
  const unit = money ? currency : undefined
  const label = `${field.label || words(field.name)}${unit ? ` (${unit})` : ""}${field.required ? "" : " – optional"}`
  const many = field.choices.length > CHOICES_SHOWN_MAX
  return (
    <Field
      label={label}
      error={fault}
      hint={boundsText(field)}
      className={field.type === "text" ? "@md:col-span-2" : undefined}
    >
      {(control) => {
        const shared = { ...control, name: field.name, required: field.required, value: text, autoComplete: "off" }
        const change = (event: { target: { value: string } }) => onChange(event.target.value)
        const select = (options: ReactNode) => (
          <Select {...shared} onChange={change}>
            <option value="">{field.required ? "Choose…" : "Not answered"}</option>
            {options}
          </Select>
        )
        if (field.type === "boolean")
          return select(
            <>
              <option value="true">Yes</option>
              <option value="false">No</option>
            </>,
          )
        if (field.type === "category" && field.choices.length > 0 && !many)
          return select(
            field.choices.map((choice) => (
              <option key={choice} value={choice}>
                {words(choice)}
              </option>
            )),
          )
        if (field.type === "text" && field.role !== "destination")
          return <Textarea {...shared} rows={2} maxLength={2_000} onChange={change} />
        return (
          <>
            <Input
              {...shared}
              type={field.type === "date" ? "date" : "text"}
              inputMode={field.type === "integer" ? "numeric" : field.type === "number" ? "decimal" : undefined}
              list={many ? listId : undefined}
              onChange={change}
            />
            {many && (
              <datalist id={listId}>
                {field.choices.map((choice) => (
                  <option key={choice} value={choice} />
                ))}
              </datalist>
            )}
          </>
        )
      }}
    </Field>
  )
}
