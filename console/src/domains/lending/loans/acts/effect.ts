/** What an act would change, worked out of the books before and after it. */

import { sum } from "../amounts"
import { instalmentKey } from "../history"
import type { Effect, Figures, Instalment } from "../queries"

export interface ScheduleChange {
  key: string
  number: number
  before: Pick<Instalment, "due" | "total"> | null
  after: Pick<Instalment, "due" | "total"> | null
}

/** Instalments of the plan are the same by number; what is numbered 0 stands for itself, by its day. */
const keyOf = (each: Instalment) => (each.number > 0 ? String(each.number) : instalmentKey(each))

/** The instalments that would be due on another day or of another amount; null where there is none. */
export function scheduleChanges(before: Instalment[], after: Instalment[]): ScheduleChange[] {
  const old = new Map(before.map((each) => [keyOf(each), each]))
  const young = new Map(after.map((each) => [keyOf(each), each]))
  return [...new Map([...old, ...young])]
    .map(([key, each]) => ({
      key,
      number: each.number,
      before: old.get(key) ?? null,
      after: young.get(key) ?? null,
    }))
    .filter(
      (change) =>
        change.before === null ||
        change.after === null ||
        change.before.due !== change.after.due ||
        Number(change.before.total) !== Number(change.after.total),
    )
    .toSorted((one, other) => ((one.after ?? one.before)!.due < (other.after ?? other.before)!.due ? -1 : 1))
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
  Math.max(0, sum([amount, ...allocations.map((each) => `-${each.amount}`)]))
