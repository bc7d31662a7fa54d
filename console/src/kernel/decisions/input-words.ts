/** What rules looked at beside the case itself, in plain words: lists, and what was counted lately. */
import { useQuery } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { plain, words } from "@/ui/format"
import type { DecisionRecord } from "./queries"

type Aggregate = Schema["AggregateDocument"]

export interface InputWords {
  /** How an input is called: `lists.NAME(FIELD)`, `aggregates.NAME`, or a field's own name. */
  name: (input: string) => string
  list: (name: string) => string
}

const LIST_INPUT = /^lists\.([^(]+)\((.+)\)$/
const AGGREGATE_INPUT = /^aggregates\.(.+)$/
const isBeside = (input: string) => LIST_INPUT.test(input) || AGGREGATE_INPUT.test(input)
const SIGNS: Record<string, string> = {
  eq: "=",
  ne: "≠",
  lt: "<",
  le: "≤",
  gt: ">",
  ge: "≥",
  in: "in",
  not_in: "not in",
  in_list: "is on the list",
  not_in_list: "is not on the list",
}
const SPANS: Record<string, string> = { h: "hours", d: "days" }

/** How inputs are called. What lists and aggregates mean is asked for only where a record has any. */
export function useInputWords(
  record: Pick<DecisionRecord, "kind" | "policy_version" | "values"> | undefined,
): InputWords {
  const mayRead = useCan()("kernel:policy:read")
  const inputs = Object.keys(record?.values ?? {})
  const path = { kind: record?.kind ?? "" }
  const vocabulary = useQuery({
    ...query.queryOptions("get", "/api/v1/policies/{kind}/vocabulary", { params: { path } }),
    enabled: mayRead && inputs.some(isBeside),
  }).data
  const policy = useQuery({
    ...query.queryOptions(
      "get",
      "/api/v1/policies/{kind}",
      { params: { path, query: { version: record?.policy_version } } },
      { staleTime: Number.POSITIVE_INFINITY },
    ),
    enabled: mayRead && inputs.some((input) => AGGREGATE_INPUT.test(input)),
  }).data
  const field = (name: string) => vocabulary?.values.find((value) => value.name === name)?.label ?? words(name)
  const list = (name: string) => vocabulary?.lists.find((each) => each.name === name)?.label ?? words(name)
  return { list, name: (input) => inputName(input, field, list, policy?.body.aggregates) }
}

/** An input in words. */
export function inputName(
  input: string,
  field: (name: string) => string,
  list: (name: string) => string,
  aggregates: Aggregate[] = [],
): string {
  const asked = LIST_INPUT.exec(input)
  if (asked) return `${field(asked[2]!)} is on the list “${list(asked[1]!)}”`
  const counted = AGGREGATE_INPUT.exec(input)
  if (!counted) return words(input)
  const aggregate = aggregates.find((each) => each.name === counted[1])
  if (!aggregate) return `${words(counted[1]!)} (counted lately)`
  const { measure, of, by, over } = aggregate
  const what =
    measure === "count"
      ? "Earlier decisions"
      : measure === "sum"
        ? `Sum of ${field(of ?? "")} in earlier decisions`
        : `Different values of ${field(of ?? "")} in earlier decisions`
  return `${what} with the same ${field(by)}, in ${spanWords(over)}${aggregate.where ? ", of some kinds" : ""}`
}

const spanWords = (over: string) => {
  const parts = /^(\d+)([hd])$/.exec(over)
  return parts ? `the last ${parts[1]} ${SPANS[parts[2]!]}` : over
}

/** What a rule compared, in words. */
export function comparisonWords(
  { field, op, wanted }: { field: string; op: string; wanted?: unknown },
  inputs: InputWords,
): string {
  const sign = SIGNS[op] ?? words(op).toLowerCase()
  const listed = op === "in_list" || op === "not_in_list"
  return `${inputs.name(field)} ${sign} ${listed ? `“${inputs.list(String(wanted))}”` : plain(wanted)}`
}
