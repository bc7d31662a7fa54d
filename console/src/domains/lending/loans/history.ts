/** What was recorded of a loan, read for people. */
import { words } from "@/ui/format"
import { dayText } from "../terms/days"
import { isZero, rateText, sum } from "./amounts"
import type { AsOf, Instalment, Recorded } from "./queries"

type Allocation = Recorded["allocations"][number]

/** What counted by a day and was known by a moment; a reversal that was not known yet has not happened. */
export function knownOf(rows: Recorded[], asOf: AsOf, day: string): Recorded[] {
  if (asOf.on === undefined && asOf.known_at === undefined) return rows
  const known = rows.filter(
    (each) =>
      each.value_on <= day &&
      (asOf.known_at === undefined || Date.parse(each.recorded_at) <= Date.parse(asOf.known_at)),
  )
  const ids = new Set(known.map((each) => each.id))
  return known.map((each) => (each.reversed_by && !ids.has(each.reversed_by) ? { ...each, reversed_by: null } : each))
}

/** What was paid, by instalment, with parts of one kind added up. */
export function grouped(allocations: Allocation[]) {
  const found = new Map<number, Map<string, string[]>>()
  for (const { instalment, component, amount } of allocations) {
    const parts = found.get(instalment) ?? new Map<string, string[]>()
    parts.set(component, [...(parts.get(component) ?? []), amount])
    found.set(instalment, parts)
  }
  return [...found]
    .toSorted(([one], [other]) => one - other)
    .map(([instalment, parts]) => ({
      instalment,
      parts: [...parts].map(([component, amounts]) => ({ component, amount: sum(amounts) })),
    }))
}

/** The parameters of a transaction as a line. */
export function parametersText(type: Recorded["type"], parameters: Record<string, unknown>): string {
  // It repeats what was reversed, which the page says in other words.
  if (type === "reversal") return ""
  const { component, name, rate, until, periods, first_due, capitalize, ...rest } = parameters
  const parts = [
    typeof name === "string" && name,
    typeof component === "string" && (type === "charge" ? words(component).toLowerCase() : `of ${component}`),
    rate !== undefined && `rate ${rateText(String(rate))}`,
    typeof until === "string" && `until ${dayText(until)}`,
    periods !== undefined && `${periods} instalments`,
    typeof first_due === "string" && `first due ${dayText(first_due)}`,
    capitalize === true && "what is overdue added to the principal",
    ...Object.entries(rest).map(([key, value]) => `${words(key).toLowerCase()} ${String(value)}`),
  ]
  return parts.filter(Boolean).join(", ")
}

/** What an instalment is called. Those numbered 0 stand for themselves: costs of the payout, a charge, principal repaid early. */
export function instalmentName(each: Pick<Instalment, "number" | "due" | "begins" | "principal" | "fee" | "penalty">) {
  if (each.number > 0) return `Instalment ${each.number}`
  if (isZero(each.fee.due) && isZero(each.penalty.due) && !isZero(each.principal.due)) return "Repaid early"
  return "Charge"
}

/** Tells instalments apart, of which several may be numbered 0. */
export const instalmentKey = (each: Pick<Instalment, "number" | "due">) => `${each.number} ${each.due}`

/** What a payment paid, by name: of what is numbered 0 only the kind is known. */
export const paidName = (instalment: number, parts: { component: string }[]) =>
  instalment > 0
    ? `Instalment ${instalment}`
    : parts.every(({ component }) => component === "principal")
      ? "Principal, early"
      : "Charges"
