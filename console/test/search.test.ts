import { expect, test, vi } from "vitest"
import { readApplicationSearch, readProductSearch } from "@/domains/lending/search"
import * as alerts from "@/kernel/alerts/search"
import * as approvals from "@/kernel/approvals/search"
import * as audit from "@/kernel/audit/search"
import { decisionRoute } from "@/kernel/decisions/routes"
import * as decisions from "@/kernel/decisions/search"
import { overviewRoute } from "@/kernel/overview/routes"
import { policyRoute } from "@/kernel/policies/routes"
import { replaysRoute } from "@/kernel/replays/routes"
import { settingsSectionRoute } from "@/kernel/settings/routes"
import * as tasks from "@/kernel/tasks/search"

// The routes bring the frame along, which asks the browser for its theme.
vi.hoisted(() =>
  Object.assign(globalThis, { matchMedia: () => ({ matches: false, addEventListener: () => undefined }) }),
)

type Read = (raw: Record<string, unknown>) => object
const validated = (route: { options: { validateSearch?: unknown } }) => route.options.validateSearch as Read

const READERS: [name: string, read: Read, names: string[]][] = [
  ["overview", validated(overviewRoute), ["period"]],
  ["approvals", approvals.readSearch, ["state", "id", "risk", "tier", "assignee", "sort"]],
  ["decisions", decisions.readSearch, ["verdict", "decided_by", "min_amount", "since", "subject_id", "sort", "peek"]],
  ["decision", validated(decisionRoute), ["raw"]],
  ["applications", readApplicationSearch, ["waiting", "mine", "state", "min_term", "since", "sort", "peek"]],
  ["product", readProductSearch, ["tab", "old", "new", "after"]],
  ["alerts", alerts.readSearch, ["state", "severity", "kind", "assignee", "group", "after", "peek"]],
  ["tasks", tasks.readSearch, ["tab", "state", "after", "peek"]],
  ["policy", validated(policyRoute), ["tab", "view", "old", "new", "after"]],
  ["replays", validated(replaysRoute), ["after"]],
  ["audit", audit.readSearch, ["tab", "since", "after", "peek"]],
  ["settings", validated(settingsSectionRoute), ["after"]],
]

test.each(READERS)(
  "the address of %s drops what does not fit by its name, so that the router keeps none of it",
  (...of) => {
    const [, read, names] = of
    const raw = Object.fromEntries(names.map((name) => [name, "nonsense"]))
    // The router lays what was read over what stands in the address.
    const search: Record<string, unknown> = { ...raw, ...read(raw) }
    expect(names.filter((name) => search[name] !== undefined)).toEqual([])
  },
)

test("what is dropped counts as no filter", () => {
  const raw = { peek: "x", sort: "colour", verdict: "perhaps" }
  expect(decisions.filterCount({ ...raw, ...decisions.readSearch(raw) } as decisions.DecisionSearch)).toBe(0)
})
