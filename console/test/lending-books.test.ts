import { expect, test } from "vitest"
import { readQueueSearch, toQueueFilter } from "@/domains/lending/collections/search"
import { limitText, outcomesOf } from "@/domains/lending/collections/words"
import { readLedgerSearch } from "@/domains/lending/ledger/search"
import { readLetterSearch } from "@/domains/lending/letters/search"
import { readPortfolioSearch } from "@/domains/lending/portfolio/search"
import { cohortName, shareText, sinceFirst } from "@/domains/lending/portfolio/words"
import { momentIn } from "@/ui/days"

test("the portfolio's address keeps what fits and drops the rest", () => {
  expect(readPortfolioSearch({ on: "2026-10-31", currency: "USD", months: 36, measure: "par90", by: "week" })).toEqual({
    on: "2026-10-31",
    currency: "USD",
    product: undefined,
    months: "36",
    measure: "par90",
    by: undefined,
  })
  expect(readPortfolioSearch({ on: "soon", currency: "dollars", months: 7 })).toEqual({})
})

test("cohorts, shares and months are read as people read them", () => {
  expect(cohortName("2026-10-01", "quarter")).toBe("Q4 2026")
  expect(shareText(0.5)).toBe("50.0%")
  expect(shareText(null)).toBe("–")
  expect(sinceFirst([0, 0, 3, 0], (each) => each > 0)).toEqual([3, 0])
  expect(sinceFirst([0, 0], (each) => each > 0)).toEqual([])
})

test("the queue's address gives the filters of the API", () => {
  const search = readQueueSearch({ bucket: [30, "60", "x"], next: ["planned", "later"], assignee: "ann", q: "Ada" })
  expect(toQueueFilter(search)).toEqual({ bucket: [30, 60], next: ["planned"], q: "Ada" })
})

test("contact limits are said in words, and outcomes fit their step", () => {
  expect(limitText({ counts: "calls_7_days", used: 3, most: 7 })).toBe("3 of 7 calls this week")
  expect(outcomesOf("charge_off_proposal")).toEqual(["done"])
  expect(outcomesOf("call")).not.toContain("sent")
})

test("the ledger's and letters' addresses take days, codes and kinds, and nothing else", () => {
  expect(readLedgerSearch({ tab: "statement", account: 1200, from: "2026-01-01", to: "never", kind: "theft" })).toEqual(
    {
      tab: "statement",
      account: "1200",
      from: "2026-01-01",
    },
  )
  expect(readLetterSearch({ tab: "due", kind: ["offer", "spam"], sent: "maybe" })).toEqual({
    tab: "due",
    kind: ["offer"],
  })
})

test("a time on the clock is the moment of its zone, also when clocks change", () => {
  expect(momentIn("2026-07-01T14:30", "America/New_York").toISOString()).toBe("2026-07-01T18:30:00.000Z")
  expect(momentIn("2026-03-08T12:00", "America/New_York").toISOString()).toBe("2026-03-08T16:00:00.000Z")
})
