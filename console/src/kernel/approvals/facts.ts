/** The facts of a case in the words of its kind. */
import { plain, words } from "@/ui/format"

interface Word {
  name: string
  label: string
  unit?: string | null
}

export const labelsOf = (values: Word[] | undefined): Record<string, string> =>
  Object.fromEntries((values ?? []).map(({ name, label }) => [name, label]))

/** Names, words and values; figures that the model made of the facts are left to the explanation. */
export function factsOf(values: Record<string, unknown>, vocabulary: Word[] | undefined): [string, string][] {
  const units = new Map((vocabulary ?? []).map(({ name, unit }) => [name, unit]))
  const labels = labelsOf(vocabulary)
  return Object.entries(values)
    .filter(([name, value]) => !MADE.has(name) && value !== null)
    .map(([name, value]) => {
      const unit = units.get(name)
      return [labels[name] ?? words(name), unit ? `${plain(value)} ${unit}` : plain(value)]
    })
}

const MADE = new Set(["score", "sure"])

/** A parameter of the proposal and the control that changes it. */
export interface Parameter {
  name: string
  label: string
  value: unknown
  type: "decimal" | "integer" | "flag" | "text"
}

const DECIMAL = /^-?\d+\.\d+$/

/** What of a proposal can be amended: all but what names the case. */
export function parametersOf(
  parameters: Record<string, unknown>,
  reference: string | null,
  labels: Record<string, string> = {},
): Parameter[] {
  return Object.entries(parameters)
    .filter(([, value]) => value !== reference && (typeof value !== "object" || value === null))
    .map(([name, value]) => ({
      name,
      label: labels[name] ?? words(name),
      value,
      type:
        typeof value === "boolean"
          ? "flag"
          : typeof value === "number" && Number.isInteger(value)
            ? "integer"
            : typeof value === "number" || DECIMAL.test(String(value))
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
