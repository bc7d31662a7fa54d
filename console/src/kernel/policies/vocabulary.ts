/** The words a kind's policy may be written in, for the editor and for reading. */
import { useQuery } from "@tanstack/react-query"
import { useMemo } from "react"
import { query, type Schema } from "@/api/client"
import { words } from "@/ui/format"
import { comparisonsOf, type Operator, type PolicyDocument, type Scalar } from "./document"
import type { Label } from "./wording"

export type Words = Schema["VocabularyView"]
export type ValueWord = Schema["ValueView"]
export type ValueType = ValueWord["type"]

const STALE_MILLISECONDS = 60_000

export const useVocabulary = (kind: string) =>
  useQuery(
    query.queryOptions(
      "get",
      "/api/v1/policies/{kind}/vocabulary",
      { params: { path: { kind } } },
      { staleTime: STALE_MILLISECONDS },
    ),
  ).data

/** How fields are called. */
export function useLabel(vocabulary: Words | undefined): Label {
  return useMemo(() => {
    const labels = new Map(vocabulary?.values.map((value) => [value.name, value.label]))
    return (field) => labels.get(field) ?? field
  }, [vocabulary])
}

export const actionLabel = (vocabulary: Words | undefined, name: string) =>
  vocabulary?.actions.find((action) => action.name === name)?.label ?? words(name)

const ALL_OPERATORS: Operator[] = [
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "in",
  "not_in",
  "between",
  "contains",
  "starts_with",
  "ends_with",
  "in_list",
  "not_in_list",
  "is_missing",
  "is_present",
]

/** The operators that make sense for a field; all of them where the field is not known. The one in use is always among them. */
export function operatorsFor(value: ValueWord | undefined, current: Operator): Operator[] {
  const known = value?.operators ?? ALL_OPERATORS
  return known.includes(current) ? known : [current, ...known]
}

/** What a constant is, for a field that no product has any more. */
export function typeOf(value: Scalar | Scalar[] | undefined): ValueType {
  const one = Array.isArray(value) ? value[0] : value
  if (typeof one === "number") return "number"
  if (typeof one === "boolean") return "boolean"
  if (typeof one === "object" && one !== null) return "date" in one ? "date" : "moment" in one ? "moment" : "number"
  return "text"
}

export const isAggregateName = (name: string) => /^[a-z][a-z0-9_]*$/.test(name)
/** How rules read what an aggregate counts. */
export const AGGREGATES = "aggregates."

/** The fields an editor offers: the vocabulary's, what the policy counts over time, and those that it reads already. */
export function fieldsOf(vocabulary: Words | undefined, document: PolicyDocument): ValueWord[] {
  const counted = (document.aggregates ?? []).map(
    ({ name }): ValueWord => ({
      name: AGGREGATES + name,
      label: words(name),
      type: "number",
      source: "gate",
      choices: [],
      unit: null,
      minimum: 0,
      maximum: null,
      operators: vocabulary?.operators.number ?? ALL_OPERATORS,
      identifies: false,
    }),
  )
  const known = [...(vocabulary?.values ?? []), ...counted]
  const names = new Set(known.map((value) => value.name))
  const others: ValueWord[] = []
  for (const rule of document.rules)
    for (const { field, value } of rule.when ? comparisonsOf(rule.when) : [])
      if (field && !names.has(field)) {
        names.add(field)
        others.push({
          name: field,
          label: field,
          type: typeOf(value),
          source: "input",
          choices: [],
          unit: null,
          minimum: null,
          maximum: null,
          operators: ALL_OPERATORS,
          identifies: false,
        })
      }
  return [...known, ...others]
}
