/** A case as somebody types it, field by field, and as the model is asked about it. */
import type { Input } from "./queries"

/** What is typed, by feature; empty where the value is not known. */
export type Typed = Readonly<Record<string, string>>

const SIGNIFICANT = 6

const written = (value: number | string | null) =>
  value === null ? "" : typeof value === "number" ? String(Number(value.toPrecision(SIGNIFICANT))) : value

/** The most usual case: each feature at its typical value. */
export const typicalCase = (inputs: Input[]): Typed =>
  Object.fromEntries(inputs.map((each) => [each.name, written(each.typical)]))

/** What a field holds in error; null where it can be used. */
export function errorOf(input: Input, typed: string): string | null {
  if (input.type === "number" && typed.trim() !== "" && !Number.isFinite(Number(typed))) return "Give a number."
  if (input.type === "date" && typed.trim() !== "" && Number.isNaN(Date.parse(typed))) return "Give a date: 2026-01-31."
  return null
}

/** What is worth knowing of a value that can be used: the model has hardly seen its like. */
export function noteOf(input: Input, typed: string): string | null {
  const text = typed.trim()
  if (text === "") return input.missing > 0 ? null : "It was never missing in training."
  if (input.type === "number" && input.low !== null && input.high !== null) {
    const value = Number(text)
    if (value < input.low || value > input.high)
      return `Unusual: 95 % lay between ${written(input.low)} and ${written(input.high)}.`
  }
  if (input.closed && !input.choices.includes(text)) return "Never seen in training."
  return null
}

/** The case as the API takes it: numbers as numbers, what is left empty as missing. */
export const asCase = (inputs: Input[], typed: Typed): Record<string, unknown> =>
  Object.fromEntries(
    inputs.map(({ name, type }) => {
      const text = (typed[name] ?? "").trim()
      return [name, text === "" ? null : type === "number" ? Number(text) : text]
    }),
  )

/** A case from an example that was pasted or stored, as it is typed. */
export const asTyped = (inputs: Input[], data: Record<string, unknown>): Typed =>
  Object.fromEntries(
    inputs.map(({ name }) => [name, data[name] === null || data[name] === undefined ? "" : String(data[name])]),
  )
