import { act, renderHook } from "@testing-library/react"
import { describe, expect, test } from "vitest"
import { ruleWords } from "@/kernel/tasks/rule"
import { readSearch } from "@/kernel/tasks/search"
import { useStill } from "@/ui/still"

test.each([
  [{ every_seconds: 5_184_000 }, "Every 60 days"],
  [{ every_seconds: 604_800 }, "Every week"],
  [{ every_seconds: 3_600 }, "Every hour"],
  [{ every_seconds: 5_400 }, "Every 90 minutes"],
  [{ every_seconds: 61 }, "Every 61 seconds"],
  [{ daily_at: "06:00" }, "Every day at 06:00"],
  [{ cron: "* * *" }, '{"cron":"* * *"}'],
])("the rule %j reads as words", (rule, words) => {
  expect(ruleWords(rule)).toBe(words)
})

test("the address of the tasks keeps what it knows and drops the rest", () => {
  expect(readSearch({ tab: "x", state: ["failed", "lost"], kind: "lending.train", after: "no" })).toEqual({
    state: ["failed"],
    kind: ["lending.train"],
  })
})

describe("a list that is read", () => {
  const row = (id: string, state = "running") => ({ id, state })
  const setUp = () =>
    renderHook(({ key, items }) => useStill(key, items), {
      initialProps: { key: "all", items: [row("a"), row("b")] },
    })
  const shown = ({ result }: ReturnType<typeof setUp>) =>
    result.current.entries?.map((entry) => `${entry.row.id} ${entry.gone ? "gone" : entry.row.state}`)

  test("counts what is new until it is asked for, and changes rows where they stand", () => {
    const hook = setUp()
    hook.rerender({ key: "all", items: [row("c"), row("a", "done"), row("b")] })
    expect(shown(hook)).toEqual(["a done", "b running"])
    expect(hook.result.current.waiting).toBe(1)
    act(() => hook.result.current.adopt())
    expect(shown(hook)).toEqual(["c running", "a done", "b running"])
  })

  test("marks what left, and begins anew under another filter", () => {
    const hook = setUp()
    hook.rerender({ key: "all", items: [row("b")] })
    expect(shown(hook)).toEqual(["a gone", "b running"])
    hook.rerender({ key: "failed", items: [row("z", "failed")] })
    expect(shown(hook)).toEqual(["z failed"])
  })
})
