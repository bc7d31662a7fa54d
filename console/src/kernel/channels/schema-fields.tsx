import { useState } from "react"
import { Button } from "@/ui/button"
import { Field, Input, Select, Textarea } from "@/ui/field"
import { fieldError } from "@/ui/field-errors"
import { words } from "@/ui/format"
import { CHOICE_LABELS, type FormField } from "./form-schema"

/** The fields of a channel's settings, each with what is wrong with it. */
export function SchemaFields({
  fields,
  values,
  error,
  disabled,
  onChange,
}: {
  fields: FormField[]
  values: Record<string, string>
  error: unknown
  disabled: boolean
  onChange: (name: string, value: string) => void
}) {
  const [all, setAll] = useState(false)
  const rare = fields.filter((field) => field.rare)
  const wrong = rare.some(({ name }) => settingError(error, name))
  const shown = fields.filter((field) => !field.rare || all || wrong)
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        {shown.map((field) => (
          <Field
            key={field.name}
            label={field.required ? field.label : `${field.label} (optional)`}
            hint={field.hint}
            error={settingError(error, field.name)}
            className={field.as === "lines" || field.name === "url" ? "sm:col-span-2" : undefined}
          >
            {(control) => {
              const value = values[field.name] ?? field.initial
              const common = { ...control, value, disabled, required: field.required }
              if (field.as === "choice")
                return (
                  <Select {...common} onChange={(event) => onChange(field.name, event.target.value)}>
                    {field.choices.map((choice) => (
                      <option key={choice} value={choice}>
                        {CHOICE_LABELS[choice] ?? words(choice)}
                      </option>
                    ))}
                  </Select>
                )
              if (field.as === "lines")
                return <Textarea {...common} rows={3} onChange={(event) => onChange(field.name, event.target.value)} />
              return (
                <Input
                  {...common}
                  type={field.as === "number" ? "number" : "text"}
                  min={field.low}
                  max={field.high}
                  maxLength={field.lengthMax}
                  autoComplete="off"
                  spellCheck={false}
                  onChange={(event) => onChange(field.name, event.target.value)}
                />
              )
            }}
          </Field>
        ))}
      </div>
      {rare.length > 0 && !all && !wrong && (
        <Button variant="ghost" size="sm" className="self-start" onClick={() => setAll(true)}>
          More settings
        </Button>
      )}
    </>
  )
}

const settingError = (error: unknown, name: string) =>
  fieldError(error, `settings.${name}`) ??
  // Of a list the place is named as well.
  Array.from({ length: 20 }, (_, at) => fieldError(error, `settings.${name}.${at}`)).find(Boolean) ??
  null
