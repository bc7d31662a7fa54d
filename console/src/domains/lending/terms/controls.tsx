import type { ReactNode } from "react"
import { Field, Input, Select } from "@/ui/field"
import { NumberInput } from "@/ui/number-input"
import { labelOf, type Portion, type Rounding } from "./document"
import type { TermsEditing } from "./editing"

interface Place {
  /** Where it stands in the terms; findings about it are shown here, and the check leads here. */
  path: string
  editing: TermsEditing
  label?: string
  hint?: ReactNode
  className?: string
}

/** A decimal number, kept as it is typed: money and rates are exact. Empty is nothing where that is allowed. */
export function Decimal<Value extends string | null>({
  path,
  editing,
  label,
  hint,
  className,
  unit,
  value,
  onChange,
}: Place & {
  unit?: string
  value: Value
  onChange: (value: Value) => void
}) {
  return (
    <Field label={label ?? labelOf(path)} hint={hint} error={editing.fault(path)} className={className}>
      {(control) => (
        <span className="relative block">
          <Input
            {...control}
            data-path={path}
            inputMode="decimal"
            autoComplete="off"
            className={unit ? "num pr-14" : "num"}
            value={value ?? ""}
            onChange={(event) => onChange(event.target.value.replace(",", ".").replaceAll(/\s/g, "") as Value)}
          />
          {unit && (
            <span aria-hidden className="pointer-events-none absolute top-2 right-2.5 text-xs text-ink-3">
              {unit}
            </span>
          )}
        </span>
      )}
    </Field>
  )
}

/** A decimal that may be left out. */
export const OptionalDecimal = ({
  onChange,
  ...rest
}: Place & { unit?: string; value: string | null; onChange: (value: string | null) => void }) => (
  <Decimal {...rest} onChange={(value) => onChange(value === "" ? null : value)} />
)

/** A whole number. */
export function Whole({
  path,
  editing,
  label,
  hint,
  className,
  unit,
  value,
  onChange,
}: Place & { unit?: string; value: number; onChange: (value: number) => void }) {
  return (
    <Field label={label ?? labelOf(path)} hint={hint} error={editing.fault(path)} className={className}>
      {(control) => (
        <span className="relative block">
          <NumberInput
            {...control}
            data-path={path}
            inputMode="numeric"
            className={unit ? "num pr-20" : "num"}
            value={value}
            onChange={(next) => next !== undefined && onChange(next)}
          />
          {unit && (
            <span aria-hidden className="pointer-events-none absolute top-2 right-2.5 text-xs text-ink-3">
              {unit}
            </span>
          )}
        </span>
      )}
    </Field>
  )
}

/** A choice of a few, whose meaning is told below it. */
export function Choice<Value extends string>({
  path,
  editing,
  label,
  hint,
  className,
  value,
  options,
  onChange,
}: Place & {
  value: Value
  options: readonly (readonly [value: Value, label: string, meaning?: string])[]
  onChange: (value: Value) => void
}) {
  const meaning = options.find(([each]) => each === value)?.[2]
  return (
    <Field label={label ?? labelOf(path)} hint={meaning ?? hint} error={editing.fault(path)} className={className}>
      {(control) => (
        <Select {...control} data-path={path} value={value} onChange={(event) => onChange(event.target.value as Value)}>
          {options.map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

/** Yes or no, with what it means. */
export function Switch({
  path,
  editing,
  label,
  hint,
  className,
  checked,
  onChange,
}: Place & { checked: boolean; onChange: (checked: boolean) => void }) {
  const fault = editing.fault(path)
  const id = `terms-${path.replaceAll(/[^a-z0-9]/g, "-")}`
  return (
    <div className={className}>
      <label className="inline-flex min-h-6 items-center gap-2 text-[13px]" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          data-path={path}
          className="size-4 shrink-0 accent-accent"
          checked={checked}
          aria-invalid={fault ? true : undefined}
          aria-describedby={fault || hint ? `${id}-note` : undefined}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label ?? labelOf(path)}
      </label>
      {(fault || hint) && (
        <p
          id={`${id}-note`}
          role={fault ? "alert" : undefined}
          className={fault ? "mt-1 ml-6 text-xs text-decline" : "mt-0.5 ml-6 text-xs text-ink-3"}
        >
          {fault ?? hint}
        </p>
      )}
    </div>
  )
}

const UNITS = [
  ["d", "days"],
  ["w", "weeks"],
  ["m", "months"],
  ["y", "years"],
] as const

/** A period such as `1m`: how many of which unit. */
export function Every({
  path,
  editing,
  label,
  hint,
  value,
  onChange,
}: Place & { value: string; onChange: (value: string) => void }) {
  const [, count = "1", unit = "m"] = /^(\d*)([dwmy])$/.exec(value) ?? []
  return (
    <div className="grid grid-cols-[1fr_7.5rem] items-start gap-2">
      <Whole
        path={path}
        editing={editing}
        label={label}
        hint={hint}
        value={Number(count)}
        onChange={(next) => onChange(`${Math.max(1, Math.round(next))}${unit}`)}
      />
      <Field label="Unit">
        {(control) => (
          <Select {...control} value={unit} onChange={(event) => onChange(`${count || 1}${event.target.value}`)}>
            {UNITS.map(([each, name]) => (
              <option key={each} value={each}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}

const BASES: Record<Portion["base"], (currency: string) => string> = {
  flat: (currency) => currency,
  principal: () => "% of the amount",
  instalment: () => "% of the instalment",
  overdue: () => "% of what is overdue",
}

/** An amount, or a percentage of something. */
export function PortionControls({
  path,
  editing,
  label,
  bases,
  value,
  onChange,
}: Place & { bases: readonly Portion["base"][]; value: Portion; onChange: (value: Portion) => void }) {
  return (
    <>
      <Decimal
        path={`${path}.value`}
        editing={editing}
        label={label}
        value={value.value}
        onChange={(next) => onChange({ ...value, value: next })}
      />
      <Choice
        path={`${path}.base`}
        editing={editing}
        label="Of what"
        value={value.base}
        options={[...new Set([...bases, value.base])].map((base) => [base, BASES[base](editing.currency)])}
        onChange={(base) => onChange({ ...value, base })}
      />
    </>
  )
}

const MODES: readonly (readonly [Rounding["mode"], string])[] = [
  ["half-even", "Half to even (bankers')"],
  ["half-up", "Half up"],
  ["half-down", "Half down"],
  ["up", "Up"],
  ["down", "Down"],
  ["ceiling", "To the ceiling"],
  ["floor", "To the floor"],
]

/** To which side, and to multiples of what. */
export function RoundingControls({
  path,
  editing,
  value,
  onChange,
}: Place & { value: Rounding; onChange: (value: Rounding) => void }) {
  return (
    <div className="grid grid-cols-[1fr_7.5rem] items-start gap-2">
      <Choice
        path={`${path}.mode`}
        editing={editing}
        label={labelOf(path)}
        value={value.mode}
        options={MODES}
        onChange={(mode) => onChange({ ...value, mode })}
      />
      <OptionalDecimal
        path={`${path}.unit`}
        editing={editing}
        label="To multiples of"
        hint={value.unit === null ? "Smallest unit." : undefined}
        value={value.unit}
        onChange={(unit) => onChange({ ...value, unit })}
      />
    </div>
  )
}
