/** What the parts of the terms' editor are given, and where findings belong. */
import type { Finding } from "@/ui/findings-panel"
import { type CreditTerms, TERMS } from "./document"

export interface TermsEditing {
  terms: CreditTerms
  currency: string
  set: (part: Partial<CreditTerms>) => void
  /** What is wrong at a place, such as `rate.bands[1].rate`. */
  fault: (path: string) => string | null
}

export const GROUPS = [
  "amounts",
  "rate",
  "schedule",
  "grace",
  "fees",
  "payments",
  "arrears",
  "offer",
  "tranches",
] as const
export type Group = (typeof GROUPS)[number]

const GROUP_OF: Record<string, Group> = {
  amounts: "amounts",
  terms: "amounts",
  amount: "amounts",
  term_months: "amounts",
  rate: "rate",
  every: "schedule",
  periods: "schedule",
  method: "schedule",
  formula: "schedule",
  day_count: "schedule",
  basis: "schedule",
  rounding: "schedule",
  instalment_rounding: "schedule",
  level_last: "schedule",
  broken_period: "schedule",
  due_day: "schedule",
  grace: "grace",
  balloon: "grace",
  down_payment: "grace",
  fees: "fees",
  penalty: "fees",
  allocation: "payments",
  close_tolerance: "payments",
  tolerance: "arrears",
  tolerance_amount: "arrears",
  tolerance_days: "arrears",
  provisioning: "arrears",
  offer: "offer",
  conditions: "offer",
  tranches_max: "tranches",
}

const PREFIX = `${TERMS}.`
const STEPS = /[^.[\]]+/g

/** The place within the terms that a finding is about; null where it is about something else. */
export const placeWithin = (path: string): string | null =>
  path === TERMS ? "" : path.startsWith(PREFIX) ? path.slice(PREFIX.length) : null

/** In which group a place is edited; the first where that is not said. */
export const groupOf = (place: string): Group => GROUP_OF[/^[a-z_]+/.exec(place)?.[0] ?? ""] ?? "amounts"

/** Whether a place is a value that has a control of its own, and no part that holds others or is not there. */
export function hasControl(terms: CreditTerms, place: string): boolean {
  let value: unknown = terms
  for (const step of place.match(STEPS) ?? []) {
    if (typeof value !== "object" || value === null || !(step in value)) return false
    value = (value as Record<string, unknown>)[step]
  }
  return typeof value !== "object" || value === null
}

/** What is wrong, in a sentence for the very place: it need not name the path again. */
export function sentenceOf({ path, message, remedy }: Finding): string {
  const here = message.startsWith(`${path} `) ? `This${message.slice(path.length)}` : message
  return remedy ? `${here} ${remedy}` : here
}

const ROW = /^(rate\.bands|fees|conditions)\[\d+\]$/

/** What is wrong in a group at no control and no row of its own. */
export const loose = (terms: CreditTerms, findings: Finding[], group: Group): Finding[] =>
  findings.filter(({ path, severity }) => {
    const place = placeWithin(path)
    return (
      severity === "error" &&
      place !== null &&
      groupOf(place) === group &&
      !hasControl(terms, place) &&
      !ROW.test(place)
    )
  })
