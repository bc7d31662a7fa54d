import { describe, expect, it } from "vitest"
import { connectionLabel, nextReminder, readDestinations, type Secret, standing } from "@/kernel/secrets/wording"
import { leaderOf, type Process, readRemedy, troubles } from "@/kernel/system/wording"
import { bytes, everyDay, type Row } from "@/kernel/usage/figures"

const NOW = new Date("2026-11-21T12:00:00Z")
const SECRET = {
  state: "active",
  expired: false,
  rotation_due: false,
  expires_at: null,
  rotate_after: null,
  grace_until: null,
  rotated_at: "2026-11-01T12:00:00Z",
} as unknown as Secret

describe("secrets", () => {
  it("names what presses most", () => {
    expect(standing(SECRET, NOW).label).toBe("In use")
    expect(standing({ ...SECRET, rotate_after: "2026-11-25T12:00:00Z" }, NOW).label).toBe("Renew soon")
    expect(standing({ ...SECRET, state: "disabled", rotation_due: true }, NOW).label).toBe("Disabled")
    expect(standing({ ...SECRET, expired: true, state: "disabled" }, NOW).label).toBe("Expired")
    expect(standing({ ...SECRET, expired: true, state: "removed" }, NOW).label).toBe("Removed")
  })
  it("reads hosts however they are parted, each once", () => {
    expect(readDestinations(" API.bank.example,\nb.example b.example;")).toEqual(["api.bank.example", "b.example"])
    expect(readDestinations(" \n")).toEqual([])
  })
  it("reminds after as long as the last time", () => {
    expect(nextReminder({ ...SECRET, rotate_after: "2026-11-11T12:00:00Z" }, NOW)).toBe("2026-12-01T12:00:00.000Z")
    expect(nextReminder(SECRET, NOW)).toBeNull()
  })
  it("leaves ids out of connections", () => {
    expect(connectionLabel("payouts:main")).toBe("Payouts main")
    expect(connectionLabel("channel:01a1fe55-c936-785a-a65a-9323e61b790c")).toBe("Channel")
  })
})

describe("system", () => {
  it("puts what is broken before what is worth a look", () => {
    const check = (name: string, state: "ok" | "warning" | "failed") =>
      ({ name, state, group: "work", summary: "", remedy: null }) as const
    const found = troubles([check("a", "ok"), check("b", "warning"), check("c", "failed")])
    expect(found.map(({ name }) => name)).toEqual(["c", "b"])
  })
  it("tells commands from words", () => {
    expect(readRemedy("Start with `intendant up`, or wait.")).toEqual([
      { text: "Start with ", code: false },
      { text: "intendant up", code: true },
      { text: ", or wait.", code: false },
    ])
    expect(readRemedy("chmod -R go= keys")).toEqual([{ text: "chmod -R go= keys", code: true }])
  })
  it("knows one leader: the living worker that led last", () => {
    const worker = (led_at: string | null, alive = true) => ({ role: "worker", alive, led_at }) as unknown as Process
    const old = worker("2026-11-21T11:58:00Z")
    const newest = worker("2026-11-21T11:59:00Z")
    expect(leaderOf([old, newest, worker("2026-11-21T12:00:00Z", false)], NOW)).toBe(newest)
    expect(leaderOf([worker("2026-11-21T11:00:00Z"), worker(null)], NOW)).toBeUndefined()
  })
})

describe("usage", () => {
  it("has a row for every day", () => {
    const rows = [{ key: "2026-03-01", requests: 3 } as Row]
    expect(everyDay(rows, "2026-02-28", "2026-03-02").map(({ key, requests }) => [key, requests])).toEqual([
      ["2026-02-28", 0],
      ["2026-03-01", 3],
      ["2026-03-02", 0],
    ])
  })
  it("writes sizes in the unit that fits", () => {
    expect(bytes(999)).toBe("999 B")
    expect(bytes(1_250_000)).toMatch(/^1[.,][23] MB$/)
  })
})
