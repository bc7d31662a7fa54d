import { useId, useState } from "react"
import { Button } from "@/ui/button"
import { Checkbox, Field, Input, Select } from "@/ui/field"
import { percent } from "@/ui/format"
import { errorOf, noteOf, type Typed } from "./case-values"
import type { Input as Feature } from "./queries"

const FIRST_SHOWN = 12

/** A form made of what a version asks for, the features that matter most first. */
export function CaseForm({
  inputs,
  typed,
  busy,
  keep,
  onKeep,
  onChange,
  onSubmit,
  onTypical,
}: {
  inputs: Feature[]
  typed: Typed
  busy: boolean
  keep: boolean
  onKeep: (keep: boolean) => void
  onChange: (typed: Typed) => void
  onSubmit: () => void
  onTypical: () => void
}) {
  const [all, setAll] = useState(false)
  const shown = all ? inputs : inputs.slice(0, FIRST_SHOWN)
  const hidden = inputs.length - shown.length
  const wrong = inputs.some((each) => errorOf(each, typed[each.name] ?? "") !== null)
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!wrong) onSubmit()
      }}
    >
      <div className="grid grid-cols-1 gap-x-4 gap-y-3 sm:grid-cols-2">
        {shown.map((each) => (
          <FeatureField
            key={each.name}
            feature={each}
            value={typed[each.name] ?? ""}
            onChange={(value) => onChange({ ...typed, [each.name]: value })}
          />
        ))}
      </div>
      {(hidden > 0 || all) && inputs.length > FIRST_SHOWN && (
        <div>
          <Button variant="ghost" size="sm" onClick={() => setAll(!all)} aria-expanded={all}>
            {all ? "Show those that matter most" : `Show ${hidden} more that matter less`}
          </Button>
        </div>
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t pt-3">
        <Button type="submit" variant="solid" busy={busy} disabled={wrong}>
          Predict
        </Button>
        <Button variant="ghost" onClick={onTypical}>
          Back to the typical case
        </Button>
        <Checkbox label="Keep it in the history" checked={keep} onChange={(event) => onKeep(event.target.checked)} />
      </div>
    </form>
  )
}

const NOT_KNOWN = "Not known"

function FeatureField({
  feature,
  value,
  onChange,
}: {
  feature: Feature
  value: string
  onChange: (value: string) => void
}) {
  const list = useId()
  const choices = feature.closed && feature.choices.length > 0
  return (
    <Field
      label={feature.name}
      error={errorOf(feature, value)}
      hint={noteOf(feature, value) ?? (feature.importance === null ? undefined : weight(feature.importance))}
    >
      {(control) =>
        choices ? (
          <Select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
            <option value="">{NOT_KNOWN}</option>
            {value !== "" && !feature.choices.includes(value) && <option value={value}>{value}</option>}
            {feature.choices.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </Select>
        ) : (
          <>
            <Input
              {...control}
              value={value}
              inputMode={feature.type === "number" ? "decimal" : undefined}
              placeholder={feature.type === "date" ? "2026-01-31" : NOT_KNOWN}
              list={feature.choices.length > 0 ? list : undefined}
              autoComplete="off"
              onChange={(event) => onChange(event.target.value)}
            />
            {feature.choices.length > 0 && (
              <datalist id={list}>
                {feature.choices.map((each) => (
                  <option key={each} value={each} />
                ))}
              </datalist>
            )}
          </>
        )
      }
    </Field>
  )
}

const weight = (importance: number) =>
  importance < 0.005 ? "Hardly matters" : `${percent(importance)} of what the answer rests on`
