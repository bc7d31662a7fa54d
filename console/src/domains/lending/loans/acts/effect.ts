/** What an act would change, worked out of the books before and after it. */

import { sum } from "../amounts"
import type { Effect, Figures, Instalment } from "../queries"

export interface ScheduleChange {
  number: number
  before: Pick<Instalment, "due" | "total"> | null
  after: Pick<Instalment, "due" | "total"> | null
}

/** The instalments that would be due on another day or of another amount; null where there is none. */
export function scheduleChanges(before: Instalment[], after: Instalment[]): ScheduleChange[] {
  const old = new Map(before.map((each) => [each.number, each]))
  const young = new Map(after.map((each) => [each.number, each]))
  return [...new Set([...old.keys(), ...young.keys()])]
    .toSorted((one, other) => one - other)
    .map((number) => ({ number, before: old.get(number) ?? null, after: young.get(number) ?? null }))
    .filter(
      (change) =>
        change.before === null ||
        change.after === null ||
        change.before.due !== change.after.due ||
        Number(change.before.total) !== Number(change.after.total),
    )
}

type Changed = Exclude<keyof Figures, "bucket" | "stage" | "disbursed" | "closed_on" | "charged_off_on">
const ORDER: Changed[] = [
  "state",
  "owed",
  "arrears",
  "days_past_due",
  "outstanding",
  "accrued",
  "rate",
  "next_due",
  "next_due_on",
  "credit",
  "provision",
]
const AS_NUMBERS: Changed[] = ["owed", "arrears", "outstanding", "accrued", "rate", "next_due", "credit", "provision"]

/** Which figures would be others. */
export function figureChanges({ before, after }: Pick<Effect, "before" | "after">): Changed[] {
  return ORDER.filter((name) =>
    AS_NUMBERS.includes(name) && before[name] !== null && after[name] !== null
      ? Number(before[name]) !== Number(after[name])
      : before[name] !== after[name],
  )
}

/** What a payment pays nothing with: it is kept as the borrower's credit. */
export const keptOf = ({ amount, allocations }: Pick<Effect, "amount" | "allocations">): number =>
  Math.max(0, sum([amount]) - sum(allocations.map((each) => each.amount)))
