import { describe, expect, test } from "vitest"
import { inOrder } from "@/kernel/alerts/list"
import type { Alert } from "@/kernel/alerts/queries"
import { isFiltered, readSearch, toFilter } from "@/kernel/alerts/search"
import { snoozeFault, tomorrowMorning, wallClock } from "@/kernel/alerts/snooze-times"

describe("the address of the alerts", () => {
  test("keeps what it knows and drops the rest", () => {
    expect(
      readSearch({ state: "snoozed", severity: ["high", "loud"], kind: "security", assignee: "me", peek: "1", x: 1 }),
    ).toEqual({ state: "snoozed", severity: ["high"], kind: ["security"], assignee: "me" })
    expect(readSearch({ state: "open", assignee: "everybody", group: "size" })).toEqual({})
  })

  test("asks for open alerts when it says nothing", () => {
    expect(toFilter(readSearch({})).state).toBe("open")
    expect(isFiltered(readSearch({ state: "resolved" }))).toBe(false)
    expect(isFiltered(readSearch({ cause: "effects" }))).toBe(true)
  })
})

describe("a snooze", () => {
  const now = new Date("2026-11-21T22:30:00Z")

  test("until tomorrow ends at nine on the organisation's clock, also across a change of the clocks", () => {
    expect(tomorrowMorning(now, "UTC").toISOString()).toBe("2026-11-22T09:00:00.000Z")
    expect(tomorrowMorning(now, "Europe/Berlin").toISOString()).toBe("2026-11-22T08:00:00.000Z")
    const march = new Date("2027-03-27T12:00:00Z")
    expect(tomorrowMorning(march, "Europe/Berlin").toISOString()).toBe("2027-03-28T07:00:00.000Z")
    expect(tomorrowMorning(now, "Asia/Tokyo").toISOString()).toBe("2026-11-23T00:00:00.000Z")
  })

  test("until a moment takes the organisation's clock", () => {
    expect(wallClock("2026-11-22T09:30", "Europe/Berlin")?.toISOString()).toBe("2026-11-22T08:30:00.000Z")
    expect(wallClock("tomorrow", "UTC")).toBeNull()
  })

  test("ends in time to come, and within thirty days", () => {
    expect(snoozeFault(null, now)).toContain("until when")
    expect(snoozeFault(new Date("2026-11-21T22:00:00Z"), now)).toContain("over")
    expect(snoozeFault(new Date("2026-12-31T00:00:00Z"), now)).toContain("30 days")
    expect(snoozeFault(new Date("2026-12-01T00:00:00Z"), now)).toBeNull()
  })
})

test("the keyboard goes through a grouped list in the order in which it stands", () => {
  const entry = (id: string, kind: Alert["kind"]) => ({ row: { id, kind } as Alert, gone: false })
  const entries = [entry("a", "security"), entry("b", "anomaly"), entry("c", "security")]
  expect(inOrder(entries, undefined)).toEqual(["a", "b", "c"])
  expect(inOrder(entries, "kind")).toEqual(["b", "a", "c"])
})
