/** The facts of a case in the words of its kind. */
import { plain, words } from "@/ui/format"

interface Word {
  name: string
  label: string
  unit?: string | null
}

export const labelsOf = (values: Word[] | undefined): Record<string, string> =>
  Object.fromEntries((values ?? []).map(({ name, label }) => [name, label]))

/** What was entered about a case, in words and values; what model and rules made of it is left to the explanation. */
export const factsOf = (facts: { label: string; value?: unknown; unit: string | null }[]): [string, string][] =>
  facts
    .filter(({ value }) => value !== null)
    .map(({ label, value, unit }) => [sentence(label), unit ? `${plain(value)} ${unit}` : plain(value)])

const sentence = (label: string) => label.charAt(0).toUpperCase() + label.slice(1)

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
