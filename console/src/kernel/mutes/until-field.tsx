import { useId, useState } from "react"
import { useOrganization } from "@/app/session"
import { startOfDay } from "@/ui/days"
import { Field, Input, Select } from "@/ui/field"
import { businessNow } from "@/ui/format"

const DAY_MILLISECONDS = 86_400_000
const ON_A_DAY = "on"
const NEVER = "never"
const SPANS: [string, string][] = [
  ["1", "In a day"],
  ["7", "In 7 days"],
  ["30", "In 30 days"],
  ["90", "In 90 days"],
  ["365", "In a year"],
]

/** How long something shall hold: for so many days, to the end of a day, or for good. */
export interface Until {
  span: string
  day: string
}
export const FOR_GOOD: Until = { span: NEVER, day: "" }
export const forDays = (days: number): Until => ({ span: String(days), day: "" })

/** Business time now, and the moment that a choice stands for: null where it is for good, undefined where a day is yet to be chosen. */
export function useUntil(until: Until): () => string | null | undefined {
  const organization = useOrganization()
  return () => {
    if (until.span === NEVER) return null
    if (until.span === ON_A_DAY) {
      if (!until.day) return undefined
      const after = new Date(Date.parse(`${until.day}T00:00:00Z`) + DAY_MILLISECONDS).toISOString().slice(0, 10)
      return startOfDay(after, organization?.time_zone ?? "UTC").toISOString()
    }
    const now = organization ? businessNow(organization.clock) : new Date()
    return new Date(now.getTime() + Number(until.span) * DAY_MILLISECONDS).toISOString()
  }
}

/** Until when, in business time. */
export function UntilField({
  label,
  value,
  onChange,
  forGood,
  hint,
  error,
  disabled,
}: {
  label: string
  value: Until
  onChange: (value: Until) => void
  /** How it is called that something has no end; without it there is one. */
  forGood?: string
  hint?: string
  error?: string | null
  disabled?: boolean
}) {
  const organization = useOrganization()
  const dayId = useId()
  const [opened] = useState(() => (organization ? businessNow(organization.clock) : new Date()))
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: organization?.time_zone ?? "UTC" }).format(opened)
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <span className="flex gap-2">
          <Select
            {...control}
            value={value.span}
            disabled={disabled}
            onChange={(event) => onChange({ span: event.target.value, day: value.day || today })}
          >
            {forGood && <option value={NEVER}>{forGood}</option>}
            {SPANS.map(([days, words]) => (
              <option key={days} value={days}>
                {words}
              </option>
            ))}
            <option value={ON_A_DAY}>After a day of my choice</option>
          </Select>
          {value.span === ON_A_DAY && (
            <Input
              id={dayId}
              type="date"
              aria-label={`${label}: the last day`}
              required
              min={today}
              value={value.day}
              disabled={disabled}
              onChange={(event) => onChange({ ...value, day: event.target.value })}
            />
          )}
        </span>
      )}
    </Field>
  )
}
