import { useState } from "react"
import { Button } from "@/ui/button"
import { Field, Input, Select, Textarea } from "@/ui/field"
import { DAY_MILLISECONDS } from "./wording"

type Masked = React.CSSProperties & { WebkitTextSecurity?: "disc" }
const MASKED: Masked = { WebkitTextSecurity: "disc" }

/** Where a credential is typed or pasted: of several lines, as keys are, and hidden unless one asks to see it. */
export function ValueField({
  label,
  hint,
  value,
  onChange,
  error,
  disabled,
}: {
  label: string
  hint: string
  value: string
  onChange: (value: string) => void
  error: string | null
  disabled: boolean
}) {
  const [shown, setShown] = useState(false)
  return (
    <div className="relative">
      <Field label={label} hint={hint} error={error}>
        {(control) => (
          <Textarea
            {...control}
            value={value}
            required
            rows={2}
            disabled={disabled}
            autoComplete="off"
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
            data-1p-ignore
            className="mono"
            style={shown ? undefined : MASKED}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
      <Button
        size="sm"
        variant="ghost"
        className="absolute -top-1.5 right-0"
        aria-pressed={shown}
        disabled={!value}
        onClick={() => setShown(!shown)}
      >
        {shown ? "Hide" : "Show"}
        <span className="sr-only"> what is typed</span>
      </Button>
    </div>
  )
}

/** A day of a reminder or an end: "" for none, a number of days, or a day by name. */
export interface Life {
  choice: string
  day: string
}

const localDay = (at: Date) =>
  `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`

export const lifeOf = (at: string | null): Life => ({
  choice: at ? "on" : "",
  day: localDay(at ? new Date(at) : new Date(Date.now() + 90 * DAY_MILLISECONDS)),
})

/** The moment that was chosen, as the API takes it. */
export function momentOfLife({ choice, day }: Life): string | null {
  if (choice === "") return null
  if (choice === "on") return new Date(`${day}T23:59:59`).toISOString()
  return new Date(Date.now() + Number(choice) * DAY_MILLISECONDS).toISOString()
}

const STRETCHES = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "on", label: "On a day of my choice" },
]

/** Choose when a secret ends or is to be renewed. */
export function LifeField({
  label,
  never,
  life,
  onChange,
  error,
  disabled,
}: {
  label: string
  never: string
  life: Life
  onChange: (life: Life) => void
  error: string | null
  disabled: boolean
}) {
  const exact = life.choice === "on"
  return (
    <div className="flex flex-col gap-2">
      <Field label={label} error={exact ? null : error}>
        {(control) => (
          <Select
            {...control}
            value={life.choice}
            disabled={disabled}
            onChange={(event) => onChange({ ...life, choice: event.target.value })}
          >
            <option value="">{never}</option>
            {STRETCHES.map((each) => (
              <option key={each.value} value={each.value}>
                {each.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {exact && (
        <Field label={`${label}: day`} error={error}>
          {(control) => (
            <Input
              {...control}
              type="date"
              required
              value={life.day}
              disabled={disabled}
              onChange={(event) => onChange({ ...life, day: event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  )
}

/** The hosts that a secret may be sent to. */
export function DestinationsField({
  typed,
  onChange,
  error,
  disabled,
}: {
  typed: string
  onChange: (typed: string) => void
  error: string | null
  disabled: boolean
}) {
  return (
    <Field
      label="Destinations"
      hint="Host names it may be sent to, one a line, such as api.bank.example. Leave it empty for what only signs or verifies: it then never leaves this system."
      error={error}
    >
      {(control) => (
        <Textarea
          {...control}
          value={typed}
          rows={2}
          disabled={disabled}
          spellCheck={false}
          autoCapitalize="off"
          className="mono"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
