/** A policy as it is written, and whether a text that claims to be one can be drawn as a form. */
import type { Schema } from "@/api/client"

export type PolicyDocument = Schema["PolicyDocument"]
export type Rule = Schema["RuleDocument"]
export type Condition = Schema["ConditionDocument"]
export type Comparison = Schema["ComparisonDocument"]
export type Operator = Comparison["op"]
export type Scalar = Schema["PolicyScalar"]
export type ActionSettings = Schema["ActionDocument"]
export type Limit = Schema["LimitDocument"]
export type Aggregate = Schema["AggregateDocument"]
export type Effect = Rule["effect"]
export type Tier = Schema["Tier"]
/** Something found in a policy; `remedy` is there where the policy could not be read. */
export type Finding = Omit<Schema["FindingView"], "code" | "example_words"> & { code: string; remedy?: string | null }
export type PolicyVersion = Schema["PolicyVersion"]

export const EFFECTS: Effect[] = ["require", "forbid", "ask", "limit"]
export const TIERS: Tier[] = ["operator", "manager", "owner"]
export const SEVERITIES: Schema["Severity"][] = ["low", "medium", "high", "critical"]
/** How a rule is called until somebody names it. */
export const NEW_RULE = "new_rule"
/** A condition that always holds. */
export const ALWAYS: Condition = { all: [] }

export const isAll = (condition: Condition): condition is Schema["AllDocument"] => "all" in condition
export const isAny = (condition: Condition): condition is Schema["AnyDocument"] => "any" in condition
export const isNot = (condition: Condition): condition is Schema["NotDocument"] => "not" in condition
export const isComparison = (condition: Condition): condition is Comparison => "field" in condition

/** Whether a condition holds in every case. */
export const isAlways = (condition: Condition | undefined) =>
  condition === undefined || (isAll(condition) && condition.all.length === 0)

/** The parts of a group, whichever it is. */
export const partsOf = (condition: Condition): Condition[] =>
  isAll(condition) ? condition.all : isAny(condition) ? condition.any : isNot(condition) ? [condition.not] : []

/** Every comparison of a condition in the order they are written. */
export const comparisonsOf = (condition: Condition): Comparison[] =>
  isComparison(condition) ? [condition] : partsOf(condition).flatMap(comparisonsOf)

type Loose = Record<string, unknown>
const isObject = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Why a value cannot be drawn as a form; null when it can. Whether it makes sense is for the server's check to say. */
export function undrawable(value: unknown): string | null {
  if (!isObject(value)) return "A policy is an object with kind, rules and actions."
  if (!Array.isArray(value.rules)) return "“rules” must be a list."
  if (!isObject(value.actions)) return "“actions” must be an object with one entry for each action."
  if (!isObject(value.parameters)) return "“parameters” must be an object."
  if (value.publishing !== undefined && !isObject(value.publishing)) return "“publishing” must be an object."
  const aggregates = value.aggregates ?? []
  if (!Array.isArray(aggregates)) return "“aggregates” must be a list."
  for (const [at, aggregate] of aggregates.entries()) {
    if (!isObject(aggregate) || typeof aggregate.name !== "string") return `aggregates[${at}] must have a name.`
    const wrong = aggregate.where === undefined ? null : undrawableCondition(aggregate.where, `aggregates[${at}].where`)
    if (wrong) return wrong
  }
  for (const [at, rule] of value.rules.entries()) {
    if (!isObject(rule)) return `rules[${at}] must be an object.`
    if (typeof rule.name !== "string") return `rules[${at}].name must be text.`
    if (typeof rule.effect !== "string") return `rules[${at}].effect must be text.`
    if (rule.actions !== undefined && !isNames(rule.actions)) return `rules[${at}].actions must be a list of names.`
    if (rule.cap !== undefined && !isObject(rule.cap)) return `rules[${at}].cap must be an object.`
    const wrong = rule.when === undefined ? null : undrawableCondition(rule.when, `rules[${at}].when`)
    if (wrong) return wrong
  }
  for (const [name, action] of Object.entries(value.actions)) {
    if (!isObject(action)) return `actions.${name} must be an object.`
    const limits = action.limits ?? []
    if (!Array.isArray(limits) || !limits.every(isObject)) return `actions.${name}.limits must be a list of objects.`
    if (action.review_share !== undefined && !isObject(action.review_share))
      return `actions.${name}.review_share must be an object.`
  }
  return null
}

const isNames = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === "string")

function undrawableCondition(value: unknown, path: string): string | null {
  if (!isObject(value)) return `${path} must be an object.`
  for (const key of ["all", "any"] as const) {
    const parts = value[key]
    if (parts === undefined) continue
    if (!Array.isArray(parts)) return `${path}.${key} must be a list.`
    for (const [at, part] of parts.entries()) {
      const wrong = undrawableCondition(part, `${path}.${key}[${at}]`)
      if (wrong) return wrong
    }
    return null
  }
  if (value.not !== undefined) return undrawableCondition(value.not, `${path}.not`)
  return typeof value.field === "string" && typeof value.op === "string" ? null : `${path} must have a field and an op.`
}

const ACTION_DEFAULTS: Omit<ActionSettings, "act_threshold"> = {
  reversible: false,
  limits: [],
  review_share: { supervised: 0.2, full: 0 },
  blind_share: 0.1,
  tier: "operator",
  deadline_hours: 24,
  fate: "decline",
  hold_seconds: 0,
}

/** The settings of an action nobody has described further; the cautious defaults of the gate. */
export const newAction = (): ActionSettings => ({ act_threshold: 0.75, ...structuredClone(ACTION_DEFAULTS) })

/** An action as written with what was left out at its default. */
export const settled = (action: Partial<ActionSettings>): ActionSettings => ({
  ...newAction(),
  ...action,
  review_share: { ...ACTION_DEFAULTS.review_share, ...action.review_share },
})
