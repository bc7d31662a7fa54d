import { expect, it } from "vitest"
import { followers } from "@/kernel/decisions/answers"
import { filterCount, readSearch, toFilter } from "@/kernel/decisions/search"
import { startOfDay } from "@/ui/days"

const ID = "01a1fc20-d348-7d76-8995-4af360164d65"

it("leaves out of the URL whatever is no filter", () => {
  expect(
    readSearch({ verdict: ["ask", "perhaps"], min_confidence: 7, since: "soon", peek: "x", colour: "red" }),
  ).toEqual({
    verdict: ["ask"],
  })
})

it("reads back what it wrote", () => {
  const search = { verdict: ["ask" as const], min_amount: 5, since: "2026-11-20", sort: "-amount" as const, peek: ID }
  expect(readSearch(search)).toEqual(search)
})

it("counts filters, not where one looks", () => {
  expect(filterCount({ verdict: ["ask"], q: "x", sort: "amount", after: "y", peek: ID })).toBe(2)
})

it.each([
  ["2026-11-20", "UTC", "2026-11-20T00:00:00.000Z"],
  ["2026-11-20", "Asia/Karachi", "2026-11-19T19:00:00.000Z"],
  ["2026-03-08", "America/New_York", "2026-03-08T05:00:00.000Z"],
  ["2026-03-09", "America/New_York", "2026-03-09T04:00:00.000Z"],
])("begins %s in %s at %s", (day, zone, at) => {
  expect(startOfDay(day, zone).toISOString()).toBe(at)
})

it("includes the last day", () => {
  const { since, until } = toFilter({ since: "2026-10-31", until: "2026-10-31" }, "UTC")
  expect([since, until]).toEqual(["2026-10-31T00:00:00.000Z", "2026-11-01T00:00:00.000Z"])
})

it("finds the decisions that answered another", () => {
  const entry = { at: "", clock: "business" as const, what: "", text: "", by: null }
  expect(
    followers(
      [
        { ...entry, refers_to: { type: "decision", id: ID } },
        { ...entry, refers_to: { type: "effect", id: "e" } },
        { ...entry, refers_to: { type: "decision", id: "other" } },
        { ...entry, refers_to: null },
      ],
      ID,
    ),
  ).toEqual(["other"])
})
