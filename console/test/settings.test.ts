import { describe, expect, it } from "vitest"
import { reaches, toTell } from "@/app/notices"
import { arrange, rank } from "@/app/rank"
import { changesOf, shown } from "@/kernel/settings/configuration-keys"
import { device } from "@/kernel/settings/device"
import { ROLES, within } from "@/kernel/settings/roles"

describe("the configuration", () => {
  const base = {
    autonomous_mode: true,
    admin_intervention_threshold: 0.3,
    task_execution_interval: 300,
    metrics_collection_interval: 60,
    daily_operations_time: "06:00",
    max_concurrent_tasks: 10,
    auto_retry_failed_tasks: true,
    max_retry_attempts: 3,
  }

  it("changes only what differs from what holds", () => {
    const draft = { max_retry_attempts: "3", max_concurrent_tasks: " 20 ", autonomous_mode: false }
    expect(changesOf(base, draft)).toEqual({ changes: { max_concurrent_tasks: 20, autonomous_mode: false }, wrong: [] })
  })

  it("takes no number from text that is none", () => {
    expect(changesOf(base, { max_retry_attempts: "", admin_intervention_threshold: "a third" })).toEqual({
      changes: {},
      wrong: ["admin_intervention_threshold", "max_retry_attempts"],
    })
  })

  it("leaves bounds to the server", () => {
    expect(changesOf(base, { max_retry_attempts: "400" }).changes).toEqual({ max_retry_attempts: 400 })
  })

  it("says values with their unit", () => {
    expect(shown("task_execution_interval", 300)).toBe("300 seconds")
    expect(shown("auto_retry_failed_tasks", false)).toBe("off")
  })
})

describe("notices", () => {
  const alert = (id: string, severity: "low" | "medium" | "high" | "critical") => ({
    id,
    severity,
    kind: "anomaly" as const,
    raised_at: "2026-01-01T00:00:00Z",
  })
  const choices = [{ kind: "anomaly" as const, badge: "low" as const, toast: "high" as const, browser: null }]

  it("come from the least severity on, and never where there is none", () => {
    expect([reaches("high", "high"), reaches("medium", "high"), reaches("critical", null)]).toEqual([
      true,
      false,
      false,
    ])
  })

  it("tell of new alerts alone, by the ways that were chosen", () => {
    const told = toTell([alert("a", "critical"), alert("b", "high"), alert("c", "low")], new Set(["a"]), choices)
    expect(told.toast.map(({ id }) => id)).toEqual(["b"])
    expect(told.browser).toEqual([])
  })
})

describe("the command menu", () => {
  it("finds by the beginnings of words", () => {
    expect(rank("Take control of Lending decisions…", "take con")).toBe(1)
    expect(rank("Emergency stop…", "stop")).toBe(0.8)
    expect(rank("Settings", "stop")).toBe(0)
  })

  it("puts names before what the server found, and that before other words", () => {
    const groups = [
      { heading: "Actions", entries: [{ id: "halt", label: "Emergency stop…", terms: ["halt"] }] },
      { heading: "Decisions", entries: [{ id: "1", label: "", terms: [], found: true }] },
      { heading: "Go to", entries: [{ id: "h", label: "Halted loans", terms: [] }] },
    ]
    expect(arrange(groups, "halt").map(({ heading }) => heading)).toEqual(["Go to", "Decisions", "Actions"])
    expect(arrange(groups, "").map(({ heading }) => heading)).toEqual(["Actions", "Decisions", "Go to"])
  })
})

it("says what a browser runs on", () => {
  const edge =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"
  const phone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
  expect(device(edge)).toEqual({ words: "Edge on Windows", phone: false })
  expect(device(phone)).toEqual({ words: "Safari on iPhone", phone: true })
  expect(device("curl/8.1").words).toBe("Curl")
  expect(device(null).words).toBe("Unknown device")
})

it("lets nobody give a role above their own", () => {
  expect(within("manager", "owner")).toBe(false)
  expect(ROLES.every(({ value }) => within("owner", value))).toBe(true)
})
