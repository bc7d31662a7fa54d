/** Editing a condition as a tree; every function gives a new one. */
import { ALWAYS, type Comparison, type Condition, isAll, isAny, isNot, type Scalar } from "./document"
import type { ValueWord } from "./vocabulary"

export type GroupKind = "all" | "any" | "not"

export const groupKind = (condition: Condition): GroupKind | null =>
  isAll(condition) ? "all" : isAny(condition) ? "any" : isNot(condition) ? "not" : null

/** A group of the kind, with these parts; a negation of more than one part negates all of them together. */
export function group(kind: GroupKind, parts: Condition[]): Condition {
  if (kind === "all") return { all: parts }
  if (kind === "any") return { any: parts }
  return { not: parts.length === 1 ? parts[0]! : { all: parts } }
}

/** The same group with one part changed, or taken out where `next` is null. */
export function withPart(condition: Condition, at: number, next: Condition | null): Condition {
  if (isNot(condition)) return next === null ? ALWAYS : { not: next }
  const kind = isAny(condition) ? "any" : "all"
  const parts = isAny(condition) ? condition.any : isAll(condition) ? condition.all : [condition]
  return group(kind, next === null ? parts.filter((_, each) => each !== at) : parts.with(at, next))
}

/** The constant a new comparison begins with, by the type of its field. */
function firstValue(value: ValueWord | undefined): Scalar {
  switch (value?.type) {
    case "number":
    case "integer":
      return value.minimum ?? 0
    case "boolean":
      return true
    case "category":
      return value.choices[0] ?? ""
    case "date":
      return { date: new Date().toISOString().slice(0, 10) }
    case "moment":
      return { moment: new Date().toISOString() }
    default:
      return ""
  }
}

/** A new comparison on a field. */
export const comparisonOn = (value: ValueWord | undefined, name = ""): Comparison => ({
  field: value?.name ?? name,
  op: value && !value.operators.includes("eq") ? (value.operators[0] ?? "eq") : ordered(value) ? "ge" : "eq",
  value: firstValue(value),
})

const ordered = (value: ValueWord | undefined) =>
  (value?.type === "number" || value?.type === "integer") && value.operators.includes("ge")

const isListed = (op: Comparison["op"]) => op === "in_list" || op === "not_in_list"

/** The comparison with another operator; its value takes the shape that the operator needs. */
export function withOperator(comparison: Comparison, op: Comparison["op"], value: ValueWord | undefined): Comparison {
  const { field, other, factor } = comparison
  if (op === "is_missing" || op === "is_present") return { field, op }
  if (op === "in_list" || op === "not_in_list") {
    const kept = isListed(comparison.op) && typeof comparison.value === "string" ? comparison.value : ""
    return { field, op, value: kept }
  }
  if (other !== undefined && op !== "between") return { field, op, other, ...(factor === undefined ? {} : { factor }) }
  const now = isListed(comparison.op) ? undefined : comparison.value
  const single = Array.isArray(now) ? now[0] : now
  const start = single ?? firstValue(value)
  if (op === "in" || op === "not_in") return { field, op, value: Array.isArray(now) ? now : [start] }
  if (op === "between") return { field, op, value: Array.isArray(now) && now.length === 2 ? now : [start, start] }
  return { field, op, value: start }
}
