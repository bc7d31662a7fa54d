/** What is typed into an application form: as text, checked against the product's form, and as the API takes it. */
import type { ApiError } from "@/api/problem"
import type { FormField } from "./queries"

/** Every field's text by name; booleans as "true" and "false", what is not answered as "". */
export type Texts = Record<string, string>
/** What is wrong, by the field's name. */
export type Faults = Record<string, string>

export const SECTIONS = ["loan", "applicant", "information", "payout", "monitoring"] as const
export type Section = (typeof SECTIONS)[number]

export const SECTION_LABELS: Record<Section, string> = {
  loan: "Loan",
  applicant: "Applicant",
  information: "Information",
  payout: "Payout",
  monitoring: "For fairness monitoring only",
}

/** Under which heading a field stands. */
function sectionOf(field: Pick<FormField, "role">): Section {
  switch (field.role) {
    case "amount":
    case "term":
    case "purpose":
      return "loan"
    case "destination":
      return "payout"
    case "information":
      return "information"
    case "protected":
      return "monitoring"
    default:
      return "applicant"
  }
}

/** The fields of a form under their headings, in their order; empty headings are left out. */
export const sectionsOf = <F extends Pick<FormField, "role">>(form: readonly F[]): [Section, F[]][] =>
  SECTIONS.map((section): [Section, F[]] => [section, form.filter((field) => sectionOf(field) === section)]).filter(
    ([, fields]) => fields.length > 0,
  )

const TEXT_LENGTH_MAX = 2_000
const CATEGORY_LENGTH_MAX = 200

const isNumeric = (field: FormField) => field.type === "number" || field.type === "integer"

/** "100 to 50,000", "at least 18", or nothing. */
export function boundsText({ minimum, maximum }: Pick<FormField, "minimum" | "maximum">): string | undefined {
  const low = minimum?.toLocaleString()
  const high = maximum?.toLocaleString()
  if (low !== undefined && high !== undefined) return `${low} to ${high}`
  return low !== undefined ? `at least ${low}` : high !== undefined ? `at most ${high}` : undefined
}

/** What is wrong with one answer; null when nothing is. */
export function faultOf(field: FormField, written: string): string | null {
  const text = written.trim()
  if (text === "") return field.required ? "Fill it in; the form requires it." : null
  if (isNumeric(field)) {
    const value = Number(text)
    if (!Number.isFinite(value)) return "Write a number."
    if (field.type === "integer" && !Number.isInteger(value)) return "Give a whole number."
    if (field.role === "amount" && value <= 0) return "Give the amount that is asked for."
    if ((field.minimum ?? value) > value || (field.maximum ?? value) < value) return `Give ${boundsText(field)}.`
    return null
  }
  if (field.type === "date")
    return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? null : "Write it like 2026-01-31."
  if (field.type === "category") {
    if (field.choices.length > 0 && !field.choices.includes(text)) return "Choose one of the list."
    return text.length > CATEGORY_LENGTH_MAX ? `Give at most ${CATEGORY_LENGTH_MAX} characters.` : null
  }
  return text.length > TEXT_LENGTH_MAX ? `Give at most ${TEXT_LENGTH_MAX.toLocaleString()} characters.` : null
}

/** What is wrong with the answers to a form. */
export function faultsOf(form: readonly FormField[], texts: Texts): Faults {
  const faults: Faults = {}
  for (const field of form) {
    const fault = faultOf(field, texts[field.name] ?? "")
    if (fault) faults[field.name] = fault
  }
  return faults
}

/** The answers as the API takes them; what is not answered is left out. */
export function inputsOf(form: readonly FormField[], texts: Texts): Record<string, unknown> {
  const inputs: Record<string, unknown> = {}
  for (const field of form) {
    const text = (texts[field.name] ?? "").trim()
    if (text === "") continue
    // Money stays text: no cent is lost in a binary fraction.
    inputs[field.name] =
      isNumeric(field) && field.role !== "amount" ? Number(text) : field.type === "boolean" ? text === "true" : text
  }
  return inputs
}

/** Recorded answers as text, to be edited. */
export function textsOf(form: readonly FormField[], inputs: Record<string, unknown>): Texts {
  const texts: Texts = {}
  for (const { name } of form) {
    const value = inputs[name]
    texts[name] = value === null || value === undefined ? "" : String(value)
  }
  return texts
}

/** What the API says is wrong, at the fields it is about; `rest` is what belongs to none of them. */
export function faultsFrom(error: ApiError, form: readonly FormField[]): { faults: Faults; rest: string | null } {
  const names = new Set(form.map((field) => field.name))
  const told = Array.isArray(error.data.errors)
    ? (error.data.errors as { field?: string; message?: string; remedy?: string }[])
    : [{ field: error.field ?? "", message: error.message, remedy: error.remedy ?? "" }]
  const faults: Faults = {}
  let stray = false
  for (const { field = "", message = "", remedy = "" } of told) {
    const name = field.replace(/^inputs\./, "")
    if (names.has(name)) faults[name] ??= remedy ? `${sentence(message, name)} ${remedy}` : sentence(message, name)
    else stray = true
  }
  return { faults, rest: stray || Object.keys(faults).length === 0 ? error.sentence : null }
}

/** A fault stands under the field's label, so its name need not begin it: "amount is 0." is "Is 0." there. */
const sentence = (message: string, name: string) => {
  const rest = message.startsWith(`${name} `) ? message.slice(name.length + 1) : message
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}
