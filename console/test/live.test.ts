import { expect, it } from "vitest"
import { touchedBy } from "@/api/live"
import { readProblem } from "@/api/problem"
import { splitMessages } from "@/api/stream"

it("takes whole messages from a stream and keeps the rest", () => {
  const { messages, rest } = splitMessages(
    'retry: 2000\nid: 1-2-3\n\nid: 1-2-4\nevent: kernel.decision.made\ndata: {"a":1}\n\nid: 1-',
  )
  expect(messages).toEqual([
    { id: "1-2-3", name: "message", data: "" },
    { id: "1-2-4", name: "kernel.decision.made", data: '{"a":1}' },
  ])
  expect(rest).toBe("id: 1-")
})

it("knows what an event makes stale", () => {
  expect(touchedBy("kernel.approval.answered")).toContain("/api/v1/approvals")
  expect(touchedBy("nobody.knows")).toEqual([])
})

it.each([
  [409, "Look at the new state"],
  [503, "Try again in a moment"],
  [418, "Try again"],
])("says what to do about %i even when the answer says nothing", async (status, remedy) => {
  const problem = await readProblem(new Response("<html>", { status }))
  expect(problem.remedy).toContain(remedy)
})

it("believes the answer's own words", async () => {
  const body = JSON.stringify({
    code: "approval_stale",
    detail: "The case has changed.",
    remedy: "Open the new decision.",
    data: { decision_id: "x" },
  })
  const problem = await readProblem(new Response(body, { status: 409 }))
  expect([problem.code, problem.sentence, problem.data.decision_id]).toEqual([
    "approval_stale",
    "The case has changed. Open the new decision.",
    "x",
  ])
})

it("says when to come back after too many requests", async () => {
  const problem = await readProblem(new Response("{}", { status: 429, headers: { "Retry-After": "7" } }))
  expect(problem.remedy).toBe("Try again in 7 seconds.")
})
