/** Rules, conditions and limits in words a person can read aloud. */
import { count, duration, money, percent, plain } from "@/ui/format"
import {
  type Aggregate,
  type Condition,
  type Effect,
  isAll,
  isAlways,
  isAny,
  isNot,
  type Limit,
  type Operator,
  type Rule,
  type Scalar,
} from "./document"

/** How a field is called by people; the name itself where nothing better is known. */
export type Label = (field: string) => string
export const asIs: Label = (field) => field

const SYMBOLS: Record<Operator, string> = {
  eq: "is",
  ne: "is not",
  lt: "<",
  le: "≤",
  gt: ">",
  ge: "≥",
  in: "is one of",
  not_in: "is none of",
  between: "between",
  contains: "contains",
  starts_with: "starts with",
  ends_with: "ends with",
  in_list: "is on the list",
  not_in_list: "is not on the list",
  is_missing: "is missing",
  is_present: "is present",
}
export const operatorWords = (op: Operator): string =>
  ({ lt: "is less than", le: "is at most", gt: "is more than", ge: "is at least", between: "is between" })[
    op as string
  ] ??
  SYMBOLS[op] ??
  op

/** A constant of a rule as text. */
export function scalarText(value: Scalar | undefined): string {
  if (typeof value === "object" && value !== null) {
    if ("decimal" in value) return value.decimal
    if ("date" in value) return value.date
    return value.moment
  }
  return plain(value)
}

/** A condition in one line. */
export function conditionText(condition: Condition, label: Label = asIs): string {
  if (isAlways(condition)) return "always"
  if (isAll(condition)) return condition.all.map((part) => bracketed(part, label)).join(" and ")
  if (isAny(condition))
    return condition.any.length ? condition.any.map((part) => bracketed(part, label)).join(" or ") : "never"
  if (isNot(condition)) return `not ${bracketed(condition.not, label)}`
  const { field, op, value, other, factor } = condition
  const start = `${label(field)} ${SYMBOLS[op] ?? op}`
  if (op === "is_missing" || op === "is_present") return start
  if (other !== undefined) return `${start} ${factor === undefined ? "" : `${scalarText(factor)} × `}${label(other)}`
  if (Array.isArray(value)) return `${start} ${value.map(scalarText).join(op === "between" ? " and " : ", ")}`
  return `${start} ${scalarText(value)}`
}

function bracketed(condition: Condition, label: Label): string {
  const text = conditionText(condition, label)
  const group = (isAll(condition) && condition.all.length > 1) || (isAny(condition) && condition.any.length > 1)
  return group ? `(${text})` : text
}

/** What a rule tests, in one line; for a limit the cap and what it is bound to. */
export function ruleCondition(rule: Rule, label: Label = asIs): string {
  const when = rule.when ? conditionText(rule.when, label) : "always"
  if (rule.effect !== "limit" || !rule.cap) return when
  const cap = `${label(rule.cap.field ?? "action.amount")} ≤ ${scalarText(rule.cap.at_most)}`
  return isAlways(rule.when) ? cap : `${cap}, when ${when}`
}

export const EFFECT_WORDS: Record<Effect, { label: string; lead: string; hint: string }> = {
  require: { label: "Require", lead: "must hold", hint: "Refused unless the condition holds." },
  forbid: { label: "Forbid", lead: "must not hold", hint: "Refused when the condition holds." },
  ask: { label: "Ask", lead: "asks when", hint: "A person is asked when the condition holds." },
  limit: { label: "Limit", lead: "at most", hint: "A cap on a field; above it a person is asked, or it is refused." },
}

const MEASURES: Record<Aggregate["measure"], string> = { count: "How many", sum: "Sum of", distinct: "Different" }

/** What an aggregate counts, in one line. */
export function aggregateText(aggregate: Aggregate, label: Label = asIs): string {
  const what =
    aggregate.measure === "count" ? "How many decisions" : `${MEASURES[aggregate.measure]} ${label(aggregate.of ?? "")}`
  const where = isAlways(aggregate.where) ? "" : `, where ${conditionText(aggregate.where!, label)}`
  return `${what} by ${label(aggregate.by)} within ${aggregate.over}${where}`
}

/** A budget in one line. */
export function limitText(limit: Limit, currency: string): string {
  const parts = [
    limit.count !== undefined && limit.count !== null ? `${count(limit.count)} acts` : null,
    limit.amount !== undefined && limit.amount !== null ? money(limit.amount, currency) : null,
  ].filter(Boolean)
  const then = limit.exceeded === "refuse" ? "then refuse" : "then ask"
  return `${parts.join(" and ") || "nothing"} per ${limit.window}, ${then}`
}

/** Hours of business time in words. */
export const hoursText = (hours: number) => duration(hours * 3600)
export const shareText = (share: number) => percent(share, 1)
