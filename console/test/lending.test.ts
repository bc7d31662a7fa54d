import { expect, it } from "vitest"
import { ApiError } from "@/api/problem"
import { faultOf, faultsFrom, faultsOf, inputsOf, sectionsOf, textsOf } from "@/domains/lending/form-values"
import { gathered } from "@/domains/lending/product-changes"
import {
  changeField,
  diffProducts,
  newField,
  newProduct,
  rebaseProduct,
  removeField,
  uniqueName,
} from "@/domains/lending/product-document"
import type { FormField } from "@/domains/lending/queries"
import { filterCount, presetOf, presetSearch, readApplicationSearch } from "@/domains/lending/search"
import { diffTerms, startTerms } from "@/domains/lending/terms/document"
import { groupOf, hasControl } from "@/domains/lending/terms/editing"

const field = (change: Partial<FormField>): FormField => ({ ...newField("x"), ...change })
const base = newProduct("loan", "Loan", "EUR")

it("asks for what is required and lets the rest be", () => {
  expect(faultOf(field({}), " ")).toContain("requires")
  expect(faultOf(field({ required: false }), "")).toBeNull()
})

it.each([
  [{ minimum: 1, maximum: 5 }, "6", "Give 1 to 5."],
  [{ minimum: 1 }, "0", "Give at least 1."],
  [{ type: "integer" }, "1.5", "Give a whole number."],
  [{ type: "number" }, "many", "Write a number."],
  [{ role: "amount" }, "0", "Give the amount that is asked for."],
  [{ type: "category", choices: ["car"] }, "yacht", "Choose one of the list."],
  [{ type: "date" }, "2026-13-45", "Write it like 2026-01-31."],
] as const)("tells what is wrong with an answer: %o %s", (change, text, fault) => {
  expect(faultOf(field(change as Partial<FormField>), text)).toBe(fault)
})

it("sends answers in the types of the form, money as it was written, and nothing that was not answered", () => {
  const form = [
    field({ name: "amount", role: "amount" }),
    field({ name: "term", type: "integer" }),
    field({ name: "owner", type: "boolean" }),
    field({ name: "note", type: "text" }),
  ]
  expect(inputsOf(form, { amount: " 1000.10 ", term: "12", owner: "false", note: " " })).toEqual({
    amount: "1000.10",
    term: 12,
    owner: false,
  })
  expect(textsOf(form, { term: 12, owner: true, note: null })).toEqual({
    amount: "",
    term: "12",
    owner: "true",
    note: "",
  })
  expect(Object.keys(faultsOf(form, { amount: "1", term: "x", owner: "true", note: "a" }))).toEqual(["term"])
})

it("shows what the server found at its fields and tells the rest apart", () => {
  const form = [field({ name: "amount" })]
  const at = (name: string) => ({ field: `inputs.${name}`, message: `${name} is 0.`, remedy: "Give more." })
  const refused = (errors: object[]) => new ApiError(422, "application_invalid", "No.", "Mend it.", null, { errors })
  expect(faultsFrom(refused([at("amount")]), form)).toEqual({ faults: { amount: "Is 0. Give more." }, rest: null })
  expect(faultsFrom(refused([at("other")]), form)).toEqual({ faults: {}, rest: "No. Mend it." })
})

it("puts fields under their headings and leaves empty ones out", () => {
  const form = [field({ name: "sex", role: "protected" }), field({ name: "amount", role: "amount" })]
  expect(sectionsOf(form).map(([section]) => section)).toEqual(["loan", "monitoring"])
})

it("renames and removes a field wherever it is spoken of", () => {
  const product = { ...base, adjustable: [{ name: "amount", minimum: 1, maximum: 2, step: 1 }], segment_by: "amount" }
  const renamed = changeField(product, 0, { ...product.form[0]!, name: "sum" })
  expect([renamed.adjustable[0]!.name, renamed.segment_by]).toEqual(["sum", "sum"])
  expect(removeField(renamed, 0)).toMatchObject({ adjustable: [], segment_by: null })
  expect(uniqueName("amount", product.form)).toBe("amount_2")
})

it("tells fields apart by their names when it compares", () => {
  const other = { ...base, name: "Loan 2", form: [...base.form.toReversed(), field({ name: "income" })] }
  expect(diffProducts(base, base)).toEqual([])
  expect(diffProducts(base, other).map(({ path, kind }) => [path, kind])).toEqual([
    ["name", "changed"],
    ["form.income", "added"],
    ["form_order", "changed"],
  ])
  expect(gathered(diffProducts(base, other)).map((entry) => entry.title)).toEqual([
    "Name",
    "Field income",
    "Order of fields",
  ])
})

it("carries a draft over and names what both changed", () => {
  const mine = { ...base, name: "Mine", form: [...base.form, field({ name: "income" })] }
  const theirs = { ...base, name: "Theirs", payout: false, form: base.form.slice(0, 1) }
  const { document, clashes } = rebaseProduct(base, mine, theirs)
  expect(document).toMatchObject({ name: "Mine", payout: false })
  expect(document.form.map((each) => each.name)).toEqual(["amount", "income"])
  expect(clashes).toEqual(["the name"])
})

it("reads back what it wrote and drops what is no filter", () => {
  for (const preset of ["waiting", "mine", "all"] as const) expect(presetOf(presetSearch(preset))).toBe(preset)
  const search = readApplicationSearch({
    state: ["approved", "lost"],
    min_term: "12",
    min_confidence: 3,
    waiting: true,
  })
  expect(search).toEqual({ state: ["approved"], min_term: 12, waiting: true })
  expect(readApplicationSearch({ ...search })).toEqual(search)
  expect(filterCount(search)).toBe(2)
})

it("tells terms apart part by part, bands and fees by their names", () => {
  const terms = startTerms(base)
  const fee = { name: "Fee", when: "disbursement", portion: { value: "2", base: "principal" }, deducted: true } as const
  const bands = (rate: string) => ({
    kind: "bands" as const,
    bands: [{ name: "A", rate, up_to_probability_of_default: "0.1", from_score: null }],
  })
  expect(diffTerms(null, null)).toEqual([])
  expect(diffTerms(null, terms).map(({ path, kind }) => [path, kind])).toEqual([["credit_terms", "added"]])
  expect(
    diffTerms({ ...terms, rate: bands("9") }, { ...terms, rate: bands("8"), fees: [fee] }).map(({ path }) => path),
  ).toEqual(["credit_terms.rate.bands.A.rate", "credit_terms.fees.Fee"])
  const changes = diffProducts(base, { ...base, credit_terms: { ...terms, due_day: 5 } })
  expect(gathered(changes).map((entry) => entry.title)).toEqual(["Credit terms"])
  expect(
    gathered(diffTerms(terms, { ...terms, due_day: 5, rate: bands("9"), grace: { ...terms.grace, free: 1 } })).map(
      ({ title, parts }) => [title, parts.map(({ name }) => name)],
    ),
  ).toEqual([
    ["Terms: Rate", ["Kind", "Rate"]],
    ["Terms: Band A", ["Name", "Rate", "Up to probability of default"]],
    ["Terms: Due day", [""]],
    ["Terms: Instalments free of interest", [""]],
  ])
})

it("leads a finding to its group, and to the group's head where no control can show it", () => {
  const terms = startTerms(base)
  expect([groupOf("rate.bands[1].rate"), groupOf("grace"), groupOf("tolerance")]).toEqual(["rate", "grace", "arrears"])
  expect([hasControl(terms, "amounts.minimum"), hasControl(terms, "grace"), hasControl(terms, "periods")]).toEqual([
    true,
    false,
    false,
  ])
})
