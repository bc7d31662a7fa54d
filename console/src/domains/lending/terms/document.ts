/** Credit terms as they are written: where they start, what their parts are called, and what differs between two. */
import type { Schema } from "@/api/client"
import { same } from "@/kernel/policies/changes"
import { words } from "@/ui/format"
import type { ProductChange, ProductDocument } from "../product-document"

export type CreditTerms = Schema["CreditTermsPart"]
export type Rate = CreditTerms["rate"]
export type Band = Schema["BandPart"]
export type Fee = Schema["FeePart"]
export type Portion = Schema["PortionPart"]
export type Rounding = Schema["RoundingPart"]

export const TERMS = "credit_terms"
const LEAST = "500"
const MOST = "10000"

/** Terms that a lender can start from: what the form asks for, a fixed rate, equal instalments each month, no fees. */
export function startTerms({ form }: ProductDocument): CreditTerms {
  const [amount, term] = (["amount", "term"] as const).map((role) => form.find((field) => field.role === role))
  return {
    amounts: {
      minimum: amount?.minimum && amount.minimum > 0 ? String(amount.minimum) : LEAST,
      maximum: amount?.maximum ? String(amount.maximum) : MOST,
    },
    terms: { minimum: Math.max(1, term?.minimum ?? 6), maximum: Math.min(600, term?.maximum ?? 36), allowed: [] },
    rate: { kind: "fixed", rate: "12" },
    every: "1m",
    day_count: "ACT/365",
    method: "equal_instalment",
    formula: "exact",
    rounding: { mode: "half-even", unit: null },
    instalment_rounding: null,
    level_last: true,
    broken_period: "first",
    due_day: null,
    grace: { principal: 0, interest: 0, free: 0 },
    balloon: null,
    down_payment: null,
    fees: [],
    penalty: { rate: "0", grace_days: 0, from_due: false },
    allocation: { order: ["penalty", "fee", "interest", "principal"], by_instalment: true, excess: "next" },
    basis: "outstanding",
    tolerance_amount: "0",
    tolerance_days: 0,
    close_tolerance: "0",
    provisioning: { lgd: null, stage2_days: 30, stage3_days: 90 },
    offer: { required: true, valid_days: 14 },
    conditions: [],
    tranches_max: 1,
  }
}

/** What parts are called, by their path without places in lists. */
const LABELS: Record<string, string> = {
  amounts: "Amounts",
  "amounts.minimum": "Smallest amount",
  "amounts.maximum": "Largest amount",
  terms: "Terms",
  "terms.minimum": "Shortest term",
  "terms.maximum": "Longest term",
  "terms.allowed": "Only these terms",
  every: "Instalment every",
  method: "Repayment",
  formula: "Equal instalment from",
  day_count: "Day count",
  basis: "Interest on",
  rounding: "Rounding of interest and fees",
  instalment_rounding: "Rounding of the instalment",
  level_last: "Even out the last instalment",
  broken_period: "Longer first period",
  due_day: "Due day",
  "grace.principal": "Instalments of interest only",
  "grace.interest": "Instalments with interest due later",
  "grace.free": "Instalments free of interest",
  balloon: "Balloon",
  down_payment: "Down payment",
  "penalty.rate": "Penalty interest",
  "penalty.grace_days": "Days of grace",
  "penalty.from_due": "Counts from the due date",
  "allocation.order": "Order of payment",
  "allocation.by_instalment": "Oldest instalment first",
  "allocation.excess": "Money beyond what is due",
  tolerance_amount: "Arrears that count as none",
  tolerance_days: "Days late that count as none",
  close_tolerance: "Rest that is waived at the end",
  "provisioning.lgd": "Loss given default",
  "provisioning.stage2_days": "Stage 2 from",
  "provisioning.stage3_days": "Stage 3 from",
  "offer.required": "Offer that must be accepted",
  "offer.valid_days": "Offer stands for",
  conditions: "Conditions",
  tranches_max: "Tranches at most",
}

export const labelOf = (path: string): string => LABELS[path] ?? words(path.split(".").at(-1) ?? path)

/** Lists told apart by a name, not by their place. */
const NAMES: Record<string, string> = { bands: "name", fees: "name", conditions: "key" }
type Bag = Record<string, unknown>
const isBag = (value: unknown): value is Bag => typeof value === "object" && value !== null && !Array.isArray(value)

const byName = (written: unknown): unknown =>
  isBag(written)
    ? Object.fromEntries(
        Object.entries(written).map(([key, value]) => [
          key,
          key in NAMES && Array.isArray(value)
            ? Object.fromEntries(value.map((each: Bag) => [String(each[NAMES[key]!]), each]))
            : byName(value),
        ]),
      )
    : written

/** What differs between terms, as the API tells it of two published versions. */
export function diffTerms(old: CreditTerms | null, now: CreditTerms | null): ProductChange[] {
  if (old === null || now === null) {
    if (old === now) return []
    return [{ path: TERMS, kind: old === null ? "added" : "removed", old, new: now }]
  }
  const changes: ProductChange[] = []
  const compare = (path: string, before: unknown, after: unknown) => {
    if (isBag(before) && isBag(after))
      for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
        const place = `${path}.${name}`
        if (!(name in after)) changes.push({ path: place, kind: "removed", old: before[name], new: null })
        else if (!(name in before)) changes.push({ path: place, kind: "added", old: null, new: after[name] })
        else compare(place, before[name], after[name])
      }
    else if (!same(before, after)) changes.push({ path, kind: "changed", old: before, new: after })
  }
  compare(TERMS, byName(old), byName(now))
  return changes
}

/** The plain values within a value, each with its path; lists of objects go by name. */
export function leavesOf(value: unknown, path = ""): [string, unknown][] {
  const named = Array.isArray(value) && value.some(isBag) ? byName({ [path.split(".").at(-1) ?? ""]: value }) : value
  const inner = Array.isArray(value) && isBag(named) ? Object.values(named)[0] : named
  if (!isBag(inner)) return [[path, inner]]
  return Object.entries(inner).flatMap(([name, each]) => leavesOf(each, path ? `${path}.${name}` : name))
}

const PARTS = ["bands", "fees", "conditions"]

/** What a change of terms is about, and which part of it: `rate.bands.A.rate` is the band A, and its rate. */
export function placeOf(path: string): { title: string; part: string } {
  const [top = "", ...rest] = path.split(".").slice(1)
  if (!top) return { title: "Credit terms", part: "" }
  const list = [top, ...rest].findIndex((each) => PARTS.includes(each))
  const within = [top, ...rest]
  const name = list >= 0 ? within[list + 1] : undefined
  if (name !== undefined) {
    const what = { bands: "Band", fees: "Fee", conditions: "Condition" }[within[list]!] ?? ""
    return { title: `${what} ${name}`, part: within.slice(list + 2).join(".") }
  }
  const whole = within.join(".")
  return whole in LABELS ? { title: labelOf(whole), part: "" } : { title: labelOf(top), part: rest.join(".") }
}

/** Take over what a newer version says, part by part; `choose` says which side holds where both changed. */
export function rebaseTerms(
  base: CreditTerms | null,
  mine: CreditTerms | null,
  theirs: CreditTerms | null,
  choose: <T>(what: string, from: T, own: T, other: T) => T,
): CreditTerms | null {
  if (base === null || mine === null || theirs === null) return choose("the credit terms", base, mine, theirs)
  const merged: Bag = {}
  for (const name of Object.keys(theirs) as (keyof CreditTerms)[])
    merged[name] = choose(`the terms' ${labelOf(name).toLowerCase()}`, base[name], mine[name], theirs[name])
  return merged as CreditTerms
}
