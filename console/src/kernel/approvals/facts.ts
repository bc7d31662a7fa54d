/** The facts of a case in the words of its kind. */
import { plain, words } from "@/ui/format"

interface Word {
  name: string
  label: string
  unit?: string | null
}

export const labelsOf = (values: Word[] | undefined): Record<string, string> =>
  Object.fromEntries((values ?? []).map(({ name, label }) => [name, label]))

/** The same with their units, for controls. */
export const unitLabelsOf = (values: Word[] | undefined): Record<string, string> =>
  Object.fromEntries((values ?? []).map(({ name, label, unit }) => [name, unit ? `${label} (${unit})` : label]))

/** What was entered about a case, in words and values; what model and rules made of it is left to the explanation. */
export const factsOf = (facts: { label: string; value?: unknown; unit: string | null }[]): [string, string][] =>
  facts
    .filter(({ value }) => value !== null)
    .map(({ label, value, unit }) => [sentence(label), unit ? `${plain(value)} ${unit}` : plain(value)])

/** What is proposed, in the words of its kind: of the recorded values those that it says to show and that are known. */
export const proposedOf = (
  values: Record<string, unknown> | null | undefined,
  shows: readonly string[],
  vocabulary: Word[] = [],
): [string, string][] =>
  shows.flatMap((name) => {
    const value = values?.[name]
    if (value === null || value === undefined) return []
    const word = vocabulary.find((each) => each.name === name)
    const text = plain(value)
    return [[sentence(word?.label ?? words(name)), word?.unit ? `${text} ${word.unit}` : text]] as [string, string][]
  })

const sentence = (label: string) => label.charAt(0).toUpperCase() + label.slice(1)

/** A parameter of the proposal and the control that changes it. */
export interface Parameter {
  name: string
  label: string
  value: unknown
  type: "decimal" | "integer" | "flag" | "text"
}

const DECIMAL = /^-?\d+\.\d+$/
/** Among what a kind lists, digits alone are a number too; elsewhere they may be an account's. */
const NUMBER = /^-?\d+(\.\d+)?$/

/** What of a proposal can be amended: what its kind says, else all but what names the case. */
export function parametersOf(
  parameters: Record<string, unknown>,
  reference: string | null,
  labels: Record<string, string> = {},
  amendable?: readonly string[],
): Parameter[] {
  // What a kind lists and a proposal lacks, such as a price, is what somebody is asked to name.
  const listed = Object.fromEntries((amendable ?? []).map((name) => [name, null]))
  return Object.entries({ ...listed, ...parameters })
    .filter(([name]) => amendable?.includes(name) ?? true)
    .filter(([, value]) => value === null || (value !== reference && typeof value !== "object"))
    .map(([name, value]) => ({
      name,
      label: labels[name] ?? words(name),
      value,
      type:
        typeof value === "boolean"
          ? "flag"
          : typeof value === "number" && Number.isInteger(value)
            ? "integer"
            : typeof value === "number" ||
                (amendable && value === null) ||
                (amendable ? NUMBER : DECIMAL).test(String(value))
              ? "decimal"
              : "text",
    }))
}

/** What was typed as the parameter's own type; null where it does not fit. */
export function parse(parameter: Parameter, text: string): unknown {
  const trimmed = text.trim().replaceAll(",", "")
  if (parameter.type === "integer") return /^-?\d+$/.test(trimmed) ? Number(trimmed) : null
  if (parameter.type === "decimal") {
    return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : null
  }
  return text.trim() || null
}
