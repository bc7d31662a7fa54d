/** The mapping of a source as rows of a form: which field of the proposal takes what of the message. */
import type { Source } from "./queries"

export interface MappingRow {
  target: string
  /** A path of the message, or a fixed value. */
  from: "path" | "value"
  text: string
}

export const rowsOf = (mapping: Source["mapping"]): MappingRow[] =>
  Object.entries(mapping).map(([target, rule]) =>
    "path" in rule
      ? { target, from: "path", text: String(rule.path) }
      : { target, from: "value", text: typeof rule.value === "string" ? rule.value : JSON.stringify(rule.value) },
  )

/** A fixed value: JSON where it is a number, a truth, an object or a list; else the words themselves. */
function fixed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export const mappingOf = (rows: MappingRow[]): Record<string, Record<string, unknown>> =>
  Object.fromEntries(
    rows
      .filter(({ target }) => target.trim())
      .map(({ target, from, text }) => [
        target.trim(),
        from === "path" ? { path: text.trim() } : { value: fixed(text.trim()) },
      ]),
  )
