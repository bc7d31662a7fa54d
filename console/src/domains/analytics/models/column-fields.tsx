import { Field, Select } from "@/ui/field"
import { NumberInput } from "@/ui/number-input"
import type { KnownColumn } from "./columns"
import { type Draft, type Faults, isTargeted } from "./form-values"

/** The columns with a part of their own: what is told, when it happened, what belongs together. */
export function ColumnFields({
  columns,
  draft,
  faults,
  onChange,
}: {
  columns: KnownColumn[]
  draft: Draft
  faults: Faults
  onChange: (change: Partial<Draft>) => void
}) {
  const forecasts = draft.type === "forecasting"
  const of = (name: string | null) => columns.find((each) => each.name === name)
  const target = of(draft.target)
  const offersPositive = draft.type === "classification" && target?.distinct === 2
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {isTargeted(draft.type) && (
        <ColumnField
          label="Target"
          hint={
            target ? `${target.type}${target.profile ? ` · ${target.profile}` : ""}` : "The column that is to be told."
          }
          error={faults.target_column}
          value={draft.target}
          columns={columns}
          onChange={(name) => onChange({ target: name, positive: "" })}
        />
      )}
      {offersPositive && (
        <Field
          label="Class whose probability is told"
          hint="The one that is looked for, such as “leaves”."
          error={faults.positive}
        >
          {(control) => (
            <Select
              {...control}
              value={draft.positive}
              onChange={(event) => onChange({ positive: event.target.value })}
            >
              <option value="">Let it choose</option>
              {target.values.map((value) => (
                <option key={value} value={value}>
                  {value}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <ColumnField
        label={forecasts ? "Time" : "Time – optional"}
        hint={
          forecasts
            ? "When each row happened."
            : "When each row happened: it is then measured on the latest rows, as it will be used."
        }
        error={faults.time_column}
        value={draft.time}
        columns={columns}
        onChange={(time) => onChange({ time })}
      />
      {forecasts ? (
        <>
          <ColumnField
            label="Series – optional"
            hint="Which of many series a row belongs to; without it all rows are one."
            error={faults.series_column}
            value={draft.series}
            columns={columns}
            onChange={(series) => onChange({ series })}
          />
          <Field label="Horizon, steps" hint="How far ahead; empty: found from the data." error={faults.horizon}>
            {(control) => (
              <NumberInput {...control} value={draft.horizon} onChange={(horizon) => onChange({ horizon })} />
            )}
          </Field>
        </>
      ) : (
        <ColumnField
          label="Group – optional"
          hint="Rows of one customer, say: they are never both learnt from and measured on."
          error={faults.group_column}
          value={draft.group}
          columns={columns}
          onChange={(group) => onChange({ group })}
        />
      )}
    </div>
  )
}

function ColumnField({
  label,
  hint,
  error,
  value,
  columns,
  onChange,
}: {
  label: string
  hint: string
  error?: string
  value: string | null
  columns: KnownColumn[]
  onChange: (name: string | null) => void
}) {
  const gone = value !== null && columns.length > 0 && !columns.some(({ name }) => name === value)
  return (
    <Field label={label} hint={hint} error={error ?? (gone ? `The data have no column “${value}” any more.` : null)}>
      {(control) => (
        <Select {...control} value={value ?? ""} onChange={(event) => onChange(event.target.value || null)}>
          <option value="">{label.endsWith("optional") ? "None" : "Choose…"}</option>
          {gone && <option value={value}>{value}</option>}
          {columns.map(({ name, type }) => (
            <option key={name} value={name}>
              {name} ({type})
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
