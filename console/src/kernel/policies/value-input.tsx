import { useState } from "react"
import { Checkbox, Input, Select } from "@/ui/field"
import { NumberInput } from "@/ui/number-input"
import { same } from "./changes"
import type { Scalar } from "./document"
import { typeOf, type ValueWord } from "./vocabulary"
import { scalarText } from "./wording"

const CHOICES_AS_BOXES_MAX = 12

interface Props {
  field: ValueWord | undefined
  label: string
  invalid?: boolean
}

/** One constant, in the control that fits the field's type. */
export function ScalarInput({
  field,
  label,
  invalid,
  value,
  onChange,
}: Props & { value: Scalar | undefined; onChange: (value: Scalar | undefined) => void }) {
  const control = { "aria-label": label, "aria-invalid": invalid || undefined }
  const type = field?.type ?? typeOf(value)
  if (type === "boolean")
    return (
      <Select {...control} value={String(value)} onChange={(event) => onChange(event.target.value === "true")}>
        {typeof value !== "boolean" && <option value={String(value)}>{scalarText(value)}</option>}
        <option value="true">yes</option>
        <option value="false">no</option>
      </Select>
    )
  if (type === "number" || type === "integer") {
    const exact = typeof value === "object" && value !== null && "decimal" in value
    return (
      <span className="flex w-full items-center gap-1.5">
        <NumberInput
          {...control}
          value={exact ? Number(value.decimal) : typeof value === "number" ? value : undefined}
          onChange={(next) => onChange(exact && next !== undefined ? { decimal: String(next) } : next)}
        />
        {field?.unit && <span className="shrink-0 text-xs text-ink-3">{field.unit}</span>}
      </span>
    )
  }
  if (type === "date")
    return (
      <Input
        {...control}
        type="date"
        value={scalarText(value).slice(0, 10)}
        onChange={(event) => onChange(event.target.value ? { date: event.target.value } : undefined)}
      />
    )
  if (type === "moment")
    return (
      <Input
        {...control}
        value={typeof value === "object" ? scalarText(value) : ""}
        placeholder="2026-01-31T09:00:00+00:00"
        onChange={(event) => onChange({ moment: event.target.value })}
      />
    )
  if (type === "category" && field?.choices.length)
    return (
      <Select {...control} value={String(value ?? "")} onChange={(event) => onChange(event.target.value)}>
        {!field.choices.includes(String(value)) && <option value={String(value ?? "")}>{scalarText(value)}</option>}
        {field.choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </Select>
    )
  return (
    <Input
      {...control}
      value={typeof value === "string" ? value : scalarText(value)}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

/** Several constants: boxes to tick where the choices are few, else a list divided by commas. */
export function ListInput({
  field,
  label,
  invalid,
  values,
  onChange,
}: Props & { values: Scalar[]; onChange: (values: Scalar[]) => void }) {
  const choices = field?.type === "category" ? field.choices : []
  if (choices.length && choices.length <= CHOICES_AS_BOXES_MAX) {
    const chosen = values.map(String)
    const all = [...choices, ...chosen.filter((each) => !choices.includes(each))]
    return (
      <fieldset aria-label={label} className="flex flex-wrap gap-x-4 gap-y-1 py-1">
        {all.map((choice) => (
          <Checkbox
            key={choice}
            label={choice}
            checked={chosen.includes(choice)}
            onChange={(event) =>
              onChange(all.filter((each) => (each === choice ? event.target.checked : chosen.includes(each))))
            }
          />
        ))}
      </fieldset>
    )
  }
  return <TextList field={field} label={label} invalid={invalid} values={values} onChange={onChange} />
}

function TextList({
  field,
  label,
  invalid,
  values,
  onChange,
}: Props & { values: Scalar[]; onChange: (values: Scalar[]) => void }) {
  const numeric = field
    ? field.type === "number" || field.type === "integer"
    : values.every((each) => typeof each === "number")
  const read = (text: string) =>
    text
      .split(",")
      .map((each) => each.trim())
      .filter(Boolean)
      .map((each) => (numeric && Number.isFinite(Number(each)) ? Number(each) : dated(field, each)))
  const [text, setText] = useState(values.map(scalarText).join(", "))
  // What is typed stays as it is ("1, "), unless the values are changed from outside.
  const shown = same(read(text), values) ? text : values.map(scalarText).join(", ")
  return (
    <Input
      aria-label={label}
      aria-invalid={invalid || undefined}
      value={shown}
      placeholder="one, two, three"
      onChange={(event) => {
        setText(event.target.value)
        onChange(read(event.target.value))
      }}
    />
  )
}

const dated = (field: ValueWord | undefined, text: string): Scalar =>
  field?.type === "date" ? { date: text } : field?.type === "moment" ? { moment: text } : text
