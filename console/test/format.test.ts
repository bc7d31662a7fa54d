import { expect, it } from "vitest"
import { csv } from "@/ui/download"
import { actor, businessNow, duration, money, plain, relative, words } from "@/ui/format"

it("runs business time on its own line", () => {
  const clock = { business_anchor: "2026-01-01T00:00:00Z", system_anchor: "2026-06-01T00:00:00Z", speed: 1440 }
  expect(businessNow(clock, new Date("2026-06-01T00:01:00Z")).toISOString()).toBe("2026-01-02T00:00:00.000Z")
})

it("speaks of moments in the largest unit that fits", () => {
  const now = new Date("2026-01-01T12:00:00Z")
  expect(relative(new Date("2026-01-01T09:00:00Z"), now)).toMatch(/3 hr/)
  expect(relative(new Date("2026-01-03T12:00:00Z"), now)).toMatch(/2 days/)
})

it("keeps the cents of small amounts and leaves out those of large ones", () => {
  expect(money("8650.00", "USD")).toBe("$8,650")
  expect(money("12.50", "USD")).toBe("$12.50")
  expect(money("-868.68", "USD")).toBe("-$868.68")
})

it("names durations in two units", () => {
  expect(duration(59)).toBe("59 s")
  expect(duration(3_660)).toBe("1 h 1 min")
  expect(duration(90_000)).toBe("1 d 1 h")
})

it("turns codes and labels into words", () => {
  expect(words("lending.application")).toBe("Lending application")
  expect(actor("user:ann@example.org")).toBe("ann@example.org")
  expect(actor("model:2:866b")).toBe("Model 2")
  expect(plain(null)).toBe("–")
})

it("defuses what a spreadsheet would take for a formula", () => {
  expect(csv(["a", "b", "c"], [['x"y', "=1+1", -3]])).toBe('a,b,c\r\n"x""y",\'=1+1,-3')
})
