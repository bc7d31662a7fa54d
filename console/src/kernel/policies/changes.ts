/** What differs between two policies, by rule, action and setting; and carrying a draft over to a newer version. */
import { words } from "@/ui/format"
import { type ActionSettings, type Aggregate, ALWAYS, type PolicyDocument, type Rule, settled } from "./document"
import { aggregateText, asIs, conditionText, type Label, scalarText } from "./wording"

export interface FieldChange {
  field: string
  before: unknown
  after: unknown
}
export interface Change {
  what: "rule" | "action" | "setting"
  name: string
  how: "added" | "removed" | "changed"
  fields: FieldChange[]
  /** The whole of what was added or removed. */
  whole?: unknown
}

/** Whether two values of JSON are the same; the order of keys does not matter. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && same((one as Bag)[key], (other as Bag)[key]))
  )
}
type Bag = Record<string, unknown>

const TOP = ["intervention_threshold", "conformal_coverage"] as const

/** The differences: settings first, then actions, then rules. Equal policies give an empty list. */
export function diff(before: PolicyDocument, after: PolicyDocument, label: Label = asIs): Change[] {
  const changes: Change[] = []
  for (const key of TOP) if (!same(before[key], after[key])) changes.push(setting(words(key), before[key], after[key]))
  const second = (policy: PolicyDocument) => policy.publishing?.second_person === true
  if (second(before) !== second(after))
    changes.push(setting("Publishing takes a second person", second(before), second(after)))
  const [counted, counts] = [aggregatesOf(before), aggregatesOf(after)]
  for (const name of names(counted, counts))
    if (!same(counted[name], counts[name]))
      changes.push(
        setting(`Aggregate ${name}`, aggregateLine(counted[name], label), aggregateLine(counts[name], label)),
      )
  for (const key of names(before.parameters, after.parameters))
    if (!same(before.parameters[key], after.parameters[key]))
      changes.push(setting(`Parameter ${key}`, before.parameters[key], after.parameters[key]))
  for (const name of names(before.actions, after.actions)) {
    const [old, now] = [before.actions[name], after.actions[name]]
    const change = compare("action", name, old && actionBag(old), now && actionBag(now))
    if (change) changes.push({ ...change, whole: change.how === "changed" ? undefined : (now ?? old) })
  }
  const [olds, nows] = [byName(before.rules), byName(after.rules)]
  for (const name of new Set([...olds.keys(), ...nows.keys()])) {
    const [old, now] = [olds.get(name), nows.get(name)]
    const change = compare("rule", name, old && ruleBag(old, label), now && ruleBag(now, label))
    if (change) changes.push({ ...change, whole: change.how === "changed" ? undefined : (now ?? old) })
  }
  const kept = (from: Rule[], others: Map<string, Rule>) =>
    from.map((rule) => rule.name).filter((name) => others.has(name))
  const [orderBefore, orderAfter] = [kept(before.rules, nows), kept(after.rules, olds)]
  if (!same(orderBefore, orderAfter))
    changes.push(setting("Order of rules (changes no verdict)", orderBefore.join(", "), orderAfter.join(", ")))
  return changes
}

const aggregatesOf = (policy: PolicyDocument): Record<string, Aggregate> =>
  Object.fromEntries((policy.aggregates ?? []).map((each) => [each.name, each]))
const aggregateLine = (aggregate: Aggregate | undefined, label: Label) => aggregate && aggregateText(aggregate, label)

const setting = (name: string, before: unknown, after: unknown): Change => ({
  what: "setting",
  name,
  how: before === undefined ? "added" : after === undefined ? "removed" : "changed",
  fields: [{ field: "", before, after }],
})

const names = (one: object, other: object) => [...new Set([...Object.keys(one), ...Object.keys(other)])]
const byName = (rules: Rule[]) => new Map(rules.map((rule) => [rule.name, rule]))

function compare(what: "rule" | "action", name: string, old: Bag | undefined, now: Bag | undefined): Change | null {
  if (!old || !now) return { what, name, how: now ? "added" : "removed", fields: [] }
  const fields = names(old, now)
    .filter((field) => !same(old[field], now[field]))
    .map((field) => ({ field, before: old[field], after: now[field] }))
  return fields.length ? { what, name, how: "changed", fields } : null
}

/** A rule with its condition in words and its defaults left out, so that only what matters differs. */
function ruleBag(rule: Rule, label: Label): Bag {
  const { name: _, when, actions, cap, missing, ...rest } = rule
  return {
    ...rest,
    ...(rule.effect === "limit" && same(when ?? ALWAYS, ALWAYS)
      ? {}
      : { condition: typed(conditionText(when ?? ALWAYS, label), when) }),
    actions: actions ? actions.join(", ") : "all actions",
    missing: missing ?? "ask",
    ...(cap && {
      cap: `${label(cap.field ?? "action.amount")} at most ${scalarText(cap.at_most)}, else ${cap.exceeded ?? "ask"}`,
    }),
  }
}

/** Words of a condition, told apart where only the type of a value differs (1 and "1"). */
const typed = (text: string, when: unknown) =>
  /"value":("[^"]*\d|\["\d)/.test(JSON.stringify(when ?? null)) ? `${text} (as text)` : text

function actionBag(action: Partial<ActionSettings>): Bag {
  const { review_share, ...rest } = settled(action)
  return { ...rest, reviewed_at_supervised: review_share.supervised, reviewed_at_full: review_share.full }
}

/** Both sides changed this, and not in the same way; the draft's own was kept. */
export interface Clash {
  what: string
}

/**
 * Carry what a draft changed over to a version that was published meanwhile: what only one side changed is taken from it;
 * what both changed stays as in the draft, and is named.
 */
export function rebase(
  base: PolicyDocument,
  mine: PolicyDocument,
  theirs: PolicyDocument,
): { document: PolicyDocument; clashes: Clash[] } {
  const clashes: Clash[] = []
  const choose = <T>(what: string, from: T, own: T, other: T): T => {
    if (same(from, own) || same(own, other)) return other
    if (!same(from, other)) clashes.push({ what })
    return own
  }
  const merged = <T>(what: string, from: Record<string, T>, own: Record<string, T>, other: Record<string, T>) => {
    const result: Record<string, T> = {}
    for (const key of [...new Set([...Object.keys(other), ...Object.keys(own)])]) {
      const chosen = choose<T | undefined>(`${what} ${key}`, from[key], own[key], other[key])
      if (chosen !== undefined) result[key] = chosen
    }
    return result
  }
  const actions: PolicyDocument["actions"] = {}
  for (const name of names(theirs.actions, mine.actions)) {
    const [from, own, other] = [base.actions[name], mine.actions[name], theirs.actions[name]]
    // Settings of one action are independent of each other; an action removed on one side is taken or left whole.
    const chosen =
      from && own && other
        ? (merged(`action ${name},`, { ...from }, { ...own }, { ...other }) as unknown as ActionSettings)
        : choose(`action ${name}`, from, own, other)
    if (chosen) actions[name] = chosen
  }
  const aggregates = Object.values(
    merged<Aggregate>("aggregate", aggregatesOf(base), aggregatesOf(mine), aggregatesOf(theirs)),
  )
  const publishing = choose("publishing", base.publishing, mine.publishing, theirs.publishing)
  const { publishing: _, aggregates: __, ...rest } = theirs
  const rules = merged<Rule>("rule", keyed(base), keyed(mine), keyed(theirs))
  const shared = (of: PolicyDocument, other: PolicyDocument) =>
    Object.keys(keyed(of)).filter((name) => name in keyed(other))
  const reordered = !same(shared(base, mine), shared(mine, base))
  const [first, second] = reordered ? [mine, theirs] : [theirs, mine]
  const order = [...Object.keys(keyed(first)), ...Object.keys(keyed(second))]
  return {
    document: {
      ...rest,
      ...(publishing && { publishing }),
      ...(aggregates.length > 0 && { aggregates }),
      intervention_threshold: choose(
        "intervention threshold",
        base.intervention_threshold,
        mine.intervention_threshold,
        theirs.intervention_threshold,
      ),
      conformal_coverage: choose(
        "conformal coverage",
        base.conformal_coverage,
        mine.conformal_coverage,
        theirs.conformal_coverage,
      ),
      parameters: merged("parameter", base.parameters, mine.parameters, theirs.parameters),
      actions,
      rules: [...new Set(order)].flatMap((name) => (rules[name] ? [rules[name]] : [])),
    },
    clashes,
  }
}

/** Rules by name; of those with the same name (a draft may have them) each keeps a key of its own. */
function keyed(policy: PolicyDocument): Record<string, Rule> {
  const rules: Record<string, Rule> = {}
  for (const rule of policy.rules) {
    let key = rule.name
    while (key in rules) key += " (again)"
    rules[key] = rule
  }
  return rules
}
