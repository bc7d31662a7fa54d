import { describe, expect, test } from "vitest"
import { touchedBy } from "@/api/live"
import { figureChanges, keptOf, scheduleChanges } from "@/domains/lending/loans/acts/effect"
import { bodyOf, dueAmount, startForm } from "@/domains/lending/loans/acts/kinds"
import { grouped, instalmentName, knownOf, paidName, parametersText } from "@/domains/lending/loans/history"
import type { Figures, Instalment, Loan, Recorded } from "@/domains/lending/loans/queries"
import { readLoanSearch, readLoansSearch, toLoanFilter } from "@/domains/lending/loans/search"
import { bucketLabel } from "@/domains/lending/loans/states"

const owed = (due: string, left = due) => ({ due, paid: "0", waived: "0", written_off: "0", left })

const instalment = (number: number, due: string, total: string, left = total): Instalment => ({
  number,
  begins: "2026-01-01",
  due,
  principal: owed(total, left),
  interest: owed("0"),
  fee: owed("0"),
  penalty: owed("0"),
  total,
  paid: "0",
  left,
  balance: "0",
  settled_on: null,
  status: "upcoming",
})

const figures = (part: Partial<Figures> = {}): Figures => ({
  state: "active",
  rate: "12.0",
  disbursed: "1000",
  outstanding: "900",
  accrued: "1",
  owed: "901",
  arrears: "0",
  days_past_due: 0,
  bucket: 0,
  stage: 1,
  provision: "0",
  credit: "0",
  next_due_on: "2026-03-01",
  next_due: "100",
  closed_on: null,
  charged_off_on: null,
  ...part,
})

const loan = (part: Partial<Loan> = {}) =>
  ({
    on: "2026-02-10",
    figures: figures(),
    instalments: [instalment(1, "2026-02-01", "100", "40.5"), instalment(2, "2026-03-01", "100")],
    terms: { amount: "1500" },
    ...part,
  }) as Loan

const recorded = (part: Partial<Recorded>): Recorded => ({
  id: "a",
  loan_id: "l",
  sequence: 1,
  type: "repayment",
  value_on: "2026-02-01",
  amount: "10",
  currency: "USD",
  parameters: {},
  reference: null,
  reverses: null,
  reversed_by: null,
  reason: null,
  decision_id: null,
  recorded_by: "user:ann@example.org",
  recorded_at: "2026-02-03T10:00:00Z",
  allocations: [],
  ...part,
})

describe("what an act starts with and sends", () => {
  test("a payment is of what is due, and of what comes next where nothing is", () => {
    expect(dueAmount(loan())).toBe("40.5")
    expect(dueAmount(loan({ on: "2026-01-15" }))).toBe("100")
  })

  test("a refund is of the credit, a payout of what was not paid out", () => {
    expect(startForm("refund", loan({ figures: figures({ credit: "12.30" }) }), "2026-02-10").amount).toBe("12.30")
    expect(startForm("disbursement", loan(), "2026-02-10").amount).toBe("500.00")
  })

  test("nothing is sent while something is missing or half typed", () => {
    const form = startForm("charge", loan(), "2026-02-10")
    expect(bodyOf("charge", form)).toBeNull()
    expect(bodyOf("charge", { ...form, name: "Copy", amount: "5." })).toBeNull()
    expect(bodyOf("charge", { ...form, name: "Copy", amount: "0" })).toBeNull()
    expect(bodyOf("restructure", startForm("restructure", loan(), "2026-02-10"))).toBeNull()
  })

  test("amounts with a comma are decimals; what an act does not ask for is not sent", () => {
    const form = { ...startForm("charge", loan(), "2026-02-10"), name: " Copy ", amount: "5,50", rate: "9" }
    expect(bodyOf("charge", form)).toEqual({
      type: "charge",
      amount: "5.50",
      value_on: "2026-02-10",
      parameters: { component: "fee", name: "Copy" },
      reference: null,
      reason: null,
    })
  })

  test("a restructure holds only what changes", () => {
    const form = { ...startForm("restructure", loan(), "2026-02-10"), periods: "30", capitalize: true }
    expect(bodyOf("restructure", form)?.parameters).toEqual({ periods: 30, capitalize: true })
    expect(bodyOf("restructure", { ...form, periods: "2.5" })).toBeNull()
  })
})

describe("what an act would change", () => {
  test("figures that are equal as numbers are no change", () => {
    const before = figures()
    expect(figureChanges({ before, after: { ...before, rate: "12.00", owed: "801" } })).toEqual(["owed"])
  })

  test("instalments that move, grow, come or fall away are changes, in the order of their days", () => {
    const before = [
      instalment(1, "2026-02-01", "100"),
      instalment(2, "2026-03-01", "100"),
      instalment(3, "2026-04-01", "9"),
    ]
    const after = [
      instalment(1, "2026-02-01", "100.00"),
      instalment(2, "2026-03-05", "100"),
      instalment(0, "2026-02-10", "5"),
    ]
    const changes = scheduleChanges(before, after)
    expect(changes.map(({ number }) => number)).toEqual([0, 2, 3])
    expect(changes[0]!.before).toBeNull()
    expect(changes[2]!.after).toBeNull()
  })

  test("what pays nothing is kept", () => {
    const allocations = [{ on: "2026-02-01", instalment: 1, component: "interest" as const, amount: "0.1" }]
    expect(keptOf({ amount: "0.3", allocations })).toBe(0.2)
    expect(keptOf({ amount: "0.1", allocations })).toBe(0)
  })
})

describe("history", () => {
  const rows = [
    recorded({ id: "a", reversed_by: "c" }),
    recorded({ id: "b", value_on: "2026-03-01" }),
    recorded({ id: "c", type: "reversal", reverses: "a", recorded_at: "2026-02-20T10:00:00Z" }),
  ]

  test("what counted later is left out, and a reversal that was not known yet has not happened", () => {
    expect(knownOf(rows, {}, "2026-02-10")).toBe(rows)
    expect(knownOf(rows, { on: "2026-02-10" }, "2026-02-10").map(({ id }) => id)).toEqual(["a", "c"])
    const known = knownOf(rows, { known_at: "2026-02-10T00:00:00Z" }, "2026-02-10")
    expect(known.map(({ id, reversed_by }) => [id, reversed_by])).toEqual([["a", null]])
  })

  test("what was paid is added up by instalment and kind", () => {
    const part = (number: number, component: "interest" | "principal", amount: string) => ({
      on: "2026-02-01",
      instalment: number,
      component,
      amount,
    })
    const found = grouped([part(2, "interest", "0.1"), part(1, "principal", "5"), part(2, "interest", "0.2")])
    expect(found).toEqual([
      { instalment: 1, parts: [{ component: "principal", amount: 5 }] },
      { instalment: 2, parts: [{ component: "interest", amount: 0.3 }] },
    ])
  })

  test("what is numbered 0 is named by what it holds", () => {
    expect(instalmentName(instalment(3, "2026-02-01", "1"))).toBe("Instalment 3")
    expect(instalmentName(instalment(0, "2026-02-01", "1"))).toBe("Repaid early")
    expect(instalmentName({ ...instalment(0, "2026-02-01", "0"), fee: owed("5") })).toBe("Charge")
    expect(paidName(0, [{ component: "fee" }])).toBe("Charges")
  })

  test("parameters are read as a line", () => {
    expect(parametersText("rate_change", { rate: "9.5000" })).toBe("rate 9.5 %")
    expect(parametersText("charge", { component: "fee", name: "Copy" })).toBe("Copy, fee")
    expect(parametersText("reversal", { type: "repayment" })).toBe("")
  })
})

describe("addresses", () => {
  test("what does not fit is dropped", () => {
    expect(readLoanSearch({ on: "2026-13-01x", tab: "nothing", kind: "Bad Kind" })).toEqual({})
    expect(readLoanSearch({ on: "2026-02-01", tab: "ledger" })).toEqual({ on: "2026-02-01", tab: "ledger" })
  })

  test("buckets may be numbers or text", () => {
    const search = readLoansSearch({ bucket: [30, "60", "x"], state: ["active", "odd"] })
    expect(toLoanFilter(search)).toEqual({ bucket: [30, 60], state: ["active"] })
    expect([bucketLabel("0"), bucketLabel("30"), bucketLabel("240")]).toEqual([
      "Nothing late",
      "30 to 59 days",
      "240 days and more",
    ])
  })
})

test("a payment makes loans, books and the collectors' queue stale", () => {
  expect(touchedBy("lending.payment.recorded")).toEqual([
    "/api/v1/lending/loans",
    "/api/v1/lending/ledger",
    "/api/v1/lending/collections",
    "/api/v1/lending/portfolio",
  ])
  expect(touchedBy("lending.letter.sent")).toContain("/api/v1/lending/letters")
})
