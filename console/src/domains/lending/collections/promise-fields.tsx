import { Field, Input } from "@/ui/field"
import { useBusinessToday } from "../terms/days"
import type { Case } from "./queries"

const DAY_MILLISECONDS = 86_400_000
const WEEK = 7
/** A promise for a later day is none to wait for. */
const DAYS_MAX = 90

export interface PromiseDraft {
  amount: string
  due_on: string
}

/** The day `days` after another. */
export const dayAfter = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MILLISECONDS).toISOString().slice(0, 10)

/** All that is overdue, within a week, unless the borrower says otherwise. */
export const firstPromise = (of: Case, today: string): PromiseDraft => ({
  amount: Number(of.arrears).toFixed(2),
  due_on: dayAfter(today, WEEK),
})

/** How much is promised, and until when. */
export function PromiseFields({
  of,
  draft,
  wrong,
  onChange,
}: {
  of: Case
  draft: PromiseDraft
  wrong: (field: string) => string | null
  onChange: (draft: PromiseDraft) => void
}) {
  const today = useBusinessToday()
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label={`Amount (${of.currency})`} error={wrong("amount")} hint="In all, not each time.">
        {(control) => (
          <Input
            {...control}
            inputMode="decimal"
            autoComplete="off"
            required
            value={draft.amount}
            onChange={(event) => onChange({ ...draft, amount: event.target.value.replace(",", ".") })}
          />
        )}
      </Field>
      <Field label="Paid until" error={wrong("due_on")} hint="That day included.">
        {(control) => (
          <Input
            {...control}
            type="date"
            required
            min={today}
            max={dayAfter(today, DAYS_MAX)}
            value={draft.due_on}
            onChange={(event) => onChange({ ...draft, due_on: event.target.value })}
          />
        )}
      </Field>
    </div>
  )
}
