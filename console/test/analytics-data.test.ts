import { expect, test } from "vitest"
import { ApiError } from "../src/api/problem"
import { readDatasetSearch } from "../src/domains/analytics/datasets/search"
import { inserted, placeOf, quoted } from "../src/domains/analytics/datasets/sql-text"
import { warningsOf } from "../src/domains/analytics/datasets/warnings"
import { bytes, figure, nameFromFile } from "../src/domains/analytics/datasets/words"
import { emptyForm, guess, toBody } from "../src/domains/analytics/forecasts/form"
import { readForecastsSearch } from "../src/domains/analytics/forecasts/search"
import { toChart } from "../src/domains/analytics/forecasts/series-chart"
import { change } from "../src/domains/analytics/forecasts/words"

const problem = (message: string, data: Record<string, unknown> = {}) =>
  new ApiError(422, "dataset_query_invalid", message, null, "sql", data)

test("names that are no plain words are quoted", () => {
  expect(quoted("orders")).toBe("orders")
  expect(quoted("Orders 2025")).toBe('"Orders 2025"')
  expect(quoted("order")).toBe('"order"')
  expect(quoted('a"b')).toBe('"a""b"')
})

test("a mistake is found where the server points, or where the name stands", () => {
  const sql = "select shop,\n  sum(sold)\nfrm orders"
  expect(placeOf(problem("syntax error", { line: 3, column: 1 }), sql)).toMatchObject({ from: 25, to: 28 })
  const named = problem('Binder Error: Referenced column "sold" not found in FROM clause!')
  expect(placeOf(named, sql)).toMatchObject({ line: 2, column: 7, from: 19, to: 23 })
  expect(placeOf(problem("Something else."), sql)).toBeNull()
  expect(placeOf(problem("x", { line: 9, column: 1 }), sql)).toBeNull()
})

test("a name is put where the cursor is, with room around it", () => {
  expect(inserted("select from", 6, 6, "shop")).toEqual({ text: "select shop from", at: 11 })
  expect(inserted("", 0, 0, "orders")).toEqual({ text: "orders", at: 6 })
  expect(inserted("sum(x)", 4, 5, "sold")).toEqual({ text: "sum(sold)", at: 8 })
})

test("columns from which nothing can be learnt are warned of", () => {
  const column = { name: "a", type: "numeric" as const, missing: 0, distinct: 5, top: [], looks_like_id: false }
  expect(warningsOf(column)).toEqual([])
  expect(warningsOf({ ...column, distinct: 1 })).toHaveLength(1)
  expect(warningsOf({ ...column, missing: 1 })).toEqual(["It is empty: nothing can be learnt from it."])
  const far = { ...column, min: 0, max: 1e12, quantiles: { p05: 1, p25: 2, p50: 3, p75: 4, p95: 5 } }
  expect(warningsOf(far)[0]).toMatch(/far from the others/)
})

test("sizes, figures and names of files are short", () => {
  expect(bytes(741)).toBe("741 bytes")
  expect(bytes(6_900)).toBe("6.9 kB")
  expect(figure(1e12)).toBe("1T")
  expect(nameFromFile("Orders 2025.csv.gz")).toBe("Orders 2025")
})

const COLUMNS = [
  { name: "day", type: "time" },
  { name: "sku", type: "category" },
  { name: "quantity", type: "numeric" },
  { name: "price", type: "numeric" },
  { name: "on_hand", type: "numeric" },
]

test("what columns mean is guessed where it is plain", () => {
  expect(guess("revenue", COLUMNS).columns).toMatchObject({ time: "day", value: "quantity", price: "price" })
  expect(guess("inventory", COLUMNS)).toMatchObject({ series: ["sku"], columns: { on_hand: "on_hand" } })
  const churn = guess("churn", [
    { name: "customerID", type: "text", looks_like_id: true },
    { name: "Churn", type: "boolean" },
  ])
  expect(churn).toMatchObject({ labelled: true, columns: { customer: "customerID", label: "Churn" } })
})

test("only what a kind knows is sent", () => {
  const form = { ...emptyForm(), kind: "churn" as const, name: " a ", source: "x", labelled: true }
  const body = toBody({ ...form, columns: { customer: "id", label: "left", value: "amount" }, series: ["shop"] })
  expect(body).toMatchObject({ name: "a", source: { dataset_id: "x" }, columns: { customer: "id", series: [] } })
  expect(body.columns.value).toBeUndefined()
  expect(toBody({ ...emptyForm(), from: "metric", source: "m", hierarchy: true }).hierarchy).toBe(false)
})

test("a chart shows past, forecast and bounds one after the other", () => {
  const chart = toChart(
    "A",
    { past: [{ period: "1", value: 2 }], future: [{ period: "2", value: 3, lower: 1, upper: 5 }] },
    0.9,
  )
  expect(chart.points).toEqual(["1", "2"])
  expect(chart.series.map(({ values }) => values)).toEqual([
    [2, null],
    [null, 3],
  ])
  expect(chart.band).toMatchObject({ lower: [null, 1], upper: [null, 5] })
})

test("a change is said in words, or not at all", () => {
  expect(change(110, 100)).toBe("10% more than before")
  expect(change(100, 100)).toBe("as much as before")
  expect(change(1, 0)).toBeNull()
})

test("addresses that make no sense are mended", () => {
  expect(readDatasetSearch({ tab: "nope", after: -5, q: 3 })).toEqual({ tab: undefined, after: undefined, q: "3" })
  expect(readForecastsSearch({ new: 1, dataset: "x" })).toMatchObject({ new: true, dataset: undefined })
})
