import { expect, it } from "vitest"
import { factsOf, parametersOf, parse } from "@/kernel/approvals/facts"
import { readSearch } from "@/kernel/approvals/search"
import { between, following, fresh, merge } from "@/ui/merge"

const rows = (...ids: string[]) => ids.map((id) => ({ id }))
const shown = (entries: { row: { id: string }; gone: boolean }[]) =>
  entries.map(({ row, gone }) => (gone ? `(${row.id})` : row.id)).join(" ")
const stays = { leaves: () => false }

it("keeps every row in its place and marks those that left", () => {
  const { entries, waiting } = merge(fresh(rows("a", "b", "c")), rows("a", "c"), stays)
  expect([shown(entries), waiting]).toEqual(["a (b) c", 0])
})

it("counts what would push rows down, and adds what comes behind", () => {
  const { entries, waiting } = merge(fresh(rows("b", "c")), rows("a", "b", "c", "d"), stays)
  expect([shown(entries), waiting]).toEqual(["b c d", 1])
})

it("lets go of what the reader sent away", () => {
  const { entries } = merge(fresh(rows("a", "b")), rows("b"), { leaves: ({ id }) => id === "a" })
  expect(shown(entries)).toBe("b")
})

it("shows all at once where nothing was on show", () => {
  expect(merge([], rows("a", "b"), stays)).toEqual({ entries: fresh(rows("a", "b")), waiting: 0 })
})

it("brings a row back to its own place", () => {
  const gone = merge(fresh(rows("a", "b", "c")), rows("a", "c"), stays).entries
  expect(shown(merge(gone, rows("a", "b", "c"), stays).entries)).toBe("a b c")
})

it("goes on below, at the end above, and nowhere when it was the only one", () => {
  expect([following(["a", "b"], "a"), following(["a", "b"], "b"), following(["a"], "a")]).toEqual(["b", "a", undefined])
})

it("selects a range in either direction", () => {
  expect(between(["a", "b", "c", "d"], "c", "a")).toEqual(["a", "b", "c"])
})

it("takes only a URL's known words", () => {
  expect(readSearch({ state: "nonsense", risk: ["low", "huge"], sort: "-amount", q: 7 })).toEqual(
    expect.objectContaining({ state: undefined, risk: ["low"], sort: "-amount", q: "7" }),
  )
})

it("offers what of a proposal can be amended, in its own type", () => {
  const found = parametersOf({ reference: "R-1", amount: "8650.00", term_months: 12, note: "x" }, "R-1", {
    amount: "Sum",
  })
  expect(found.map(({ name, label, type }) => [name, label, type])).toEqual([
    ["amount", "Sum", "decimal"],
    ["term_months", "Term months", "integer"],
    ["note", "Note", "text"],
  ])
  const listed = parametersOf({ offer_id: "1", amount: "8650", rate: "9.5" }, null, {}, ["amount", "rate"])
  expect(listed.map(({ name, type }) => [name, type])).toEqual([
    ["amount", "decimal"],
    ["rate", "decimal"],
  ])
  // What has no value yet is asked for.
  expect(
    parametersOf({ amount: "8650" }, null, {}, ["amount", "rate"]).map(({ name, type, value }) => [name, type, value]),
  ).toEqual([
    ["amount", "decimal", "8650"],
    ["rate", "decimal", null],
  ])
  expect([
    parse(found[0]!, "4,200.5"),
    parse(found[0]!, "much"),
    parse(found[1]!, "6"),
    parse(found[1]!, "6.5"),
  ]).toEqual([4200.5, null, 6, null])
})

it("names facts in their own words and leaves out what was not said", () => {
  const facts = [
    { label: "term", value: 12, unit: "months" },
    { label: "Home", value: "owned", unit: null },
    { label: "Employer", value: null, unit: null },
  ]
  expect(factsOf(facts)).toEqual([
    ["Term", "12 months"],
    ["Home", "owned"],
  ])
})
