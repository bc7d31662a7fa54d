import { describe, expect, test } from "vitest"
import { diff, rebase, same } from "@/kernel/policies/changes"
import { newAction, type PolicyDocument, type Rule, undrawable } from "@/kernel/policies/document"
import { beginDraft, isChanged, keysFor } from "@/kernel/policies/draft"
import { readPolicy } from "@/kernel/policies/json-editor"
import { findingsAt, normalPath, placesOf } from "@/kernel/policies/places"
import { group, withOperator, withPart } from "@/kernel/policies/tree"
import { conditionText, limitText, ruleCondition } from "@/kernel/policies/wording"

const score = { field: "credit_score", op: "ge", value: 600 } as const
const small = { field: "amount", op: "lt", value: 1000 } as const
const rule = (name: string, change: Partial<Rule> = {}): Rule => ({
  name,
  effect: "require",
  when: score,
  missing: "ask",
  ...change,
})
const policy = (change: Partial<PolicyDocument> = {}): PolicyDocument => ({
  kind: "lending.application",
  intervention_threshold: 0.3,
  conformal_coverage: 0.9,
  parameters: { least: 0.5 },
  actions: { approve: newAction(), "send.mail": newAction() },
  rules: [rule("one"), rule("two")],
  ...change,
})
const finding = (path: string, rules: string[] = []) => ({
  severity: "error" as const,
  code: "contradiction",
  path,
  message: "No.",
  rule: rules[0] ?? null,
  rules,
  action: null,
  example: null,
})

describe("words of a condition", () => {
  test("groups within groups are bracketed", () => {
    expect(conditionText({ all: [score, { any: [small, { not: score }] }] })).toBe(
      "credit_score ≥ 600 and (amount < 1,000 or not credit_score ≥ 600)",
    )
  })
  test("an empty group is said in words", () => {
    expect(conditionText({ all: [] })).toBe("always")
    expect(conditionText({ any: [] })).toBe("never")
  })
  test("exact values, other fields and factors are read", () => {
    expect(conditionText({ field: "amount", op: "gt", value: { decimal: "0.10" } })).toBe("amount > 0.10")
    expect(conditionText({ field: "amount", op: "le", other: "income", factor: 0.4 })).toBe("amount ≤ 0.4 × income")
    expect(conditionText({ field: "amount", op: "between", value: [1, 2] })).toBe("amount between 1 and 2")
  })
  test("a limit is read as its cap", () => {
    const limit = rule("cap", {
      effect: "limit",
      when: undefined,
      cap: { field: "amount", at_most: 5, exceeded: "ask" },
    })
    expect(ruleCondition(limit)).toBe("amount ≤ 5")
  })
  test("a budget says what follows", () => {
    expect(limitText({ window: "day", count: 5, exceeded: "refuse" }, "USD")).toBe("5 acts per day, then refuse")
  })
})

describe("differences", () => {
  test("equal policies have none, whatever the order of their keys", () => {
    const { kind, ...rest } = policy()
    expect(diff(policy(), { ...rest, kind })).toEqual([])
  })
  test("a changed condition, an added rule and a removed action are told apart", () => {
    const after = policy({
      actions: { approve: { ...newAction(), act_threshold: 0.9 } },
      rules: [rule("one", { when: small }), rule("two"), rule("three")],
    })
    expect(diff(policy(), after).map(({ what, name, how }) => [what, name, how])).toEqual([
      ["action", "approve", "changed"],
      ["action", "send.mail", "removed"],
      ["rule", "one", "changed"],
      ["rule", "three", "added"],
    ])
  })
  test("a value of another type is a difference", () => {
    const text = rule("one", { when: { field: "grade", op: "eq", value: "1" } })
    const number = rule("one", { when: { field: "grade", op: "eq", value: 1 } })
    expect(diff(policy({ rules: [text] }), policy({ rules: [number] }))).toHaveLength(1)
  })
})

describe("carrying a draft over", () => {
  test("what only one side changed is taken from it", () => {
    const mine = policy({ rules: [rule("one", { when: small }), rule("two"), rule("mine")] })
    const theirs = policy({ intervention_threshold: 0.2, rules: [rule("one"), rule("theirs")] })
    const { document, clashes } = rebase(policy(), mine, theirs)
    expect(clashes).toEqual([])
    expect(document.intervention_threshold).toBe(0.2)
    expect(document.rules.map((each) => each.name)).toEqual(["one", "theirs", "mine"])
    expect(document.rules[0]!.when).toEqual(small)
  })
  test("settings of one action that were changed on both sides are kept as in the draft, and named", () => {
    const change = (part: object) => policy({ actions: { ...policy().actions, approve: { ...newAction(), ...part } } })
    const { document, clashes } = rebase(
      policy(),
      change({ act_threshold: 0.8 }),
      change({ act_threshold: 0.9, hold_seconds: 60 }),
    )
    expect(document.actions.approve).toMatchObject({ act_threshold: 0.8, hold_seconds: 60 })
    expect(clashes).toEqual([{ what: "action approve, act_threshold" }])
  })
  test("two rules of the same name in a draft both stay", () => {
    const { document } = rebase(policy(), policy({ rules: [rule("one"), rule("one", { when: small })] }), policy())
    expect(document.rules).toHaveLength(2)
  })
})

describe("places of findings", () => {
  test("a rule named by its name or its place is the same rule", () => {
    expect(normalPath("rules.two.when", policy())).toBe("rules[1].when")
    expect(findingsAt([finding("rules.two.when.value")], policy(), "rules[1].when", true)).toHaveLength(1)
  })
  test("a contradiction stands at all of its rules", () => {
    expect(placesOf(finding("rules.one", ["one", "two"]), policy())).toEqual([
      { part: "rule", at: 0 },
      { part: "rule", at: 1 },
    ])
  })
  test("an action whose name has a dot is found", () => {
    expect(placesOf(finding("actions.send.mail.limits[0]"), policy())).toEqual([{ part: "action", name: "send.mail" }])
    expect(placesOf(finding("kind"), policy())).toEqual([{ part: "general" }])
  })
})

describe("editing a condition", () => {
  test("a part is changed or taken out without touching the others", () => {
    expect(withPart({ any: [score, small] }, 0, null)).toEqual({ any: [small] })
    expect(withPart({ not: score }, 0, small)).toEqual({ not: small })
  })
  test("a negation of several parts negates them together", () => {
    expect(group("not", [score, small])).toEqual({ not: { all: [score, small] } })
  })
  test("the value takes the shape that the operator needs", () => {
    expect(withOperator({ ...score }, "between", undefined)).toEqual({ ...score, op: "between", value: [600, 600] })
    expect(withOperator({ ...score }, "in", undefined)).toEqual({ ...score, op: "in", value: [600] })
    expect(withOperator({ ...score }, "is_missing", undefined)).toEqual({ field: "credit_score", op: "is_missing" })
  })
})

describe("drafts", () => {
  test("a draft that was edited back is no draft", () => {
    const draft = beginDraft(3, policy())
    expect(isChanged(draft)).toBe(false)
    expect(isChanged({ ...draft, document: policy({ rules: [] }) })).toBe(true)
    expect(isChanged({ ...draft, text: "{" })).toBe(true)
  })
  test("rules keep their keys, and no two have the same", () => {
    const document = policy({ rules: [rule("one"), rule("one"), rule("two")] })
    expect(keysFor(document, [["two", "second"]])).toEqual(["one", "one 2", "second"])
  })
})

describe("a policy as JSON", () => {
  test("what cannot be drawn is refused with its place", () => {
    expect(
      undrawable({ rules: [{ name: "a", effect: "ask", when: { all: [{ op: "eq" }] } }], actions: {}, parameters: {} }),
    ).toBe("rules[0].when.all[0] must have a field and an op.")
    expect(readPolicy("{").problem).toMatch(/^This is not JSON yet/)
    expect(same(readPolicy(JSON.stringify(policy())).document, policy())).toBe(true)
  })
})
