/** Answers begun and not yet given, by case: moving between cases loses nothing that was typed. */
import { useSyncExternalStore } from "react"
import type { Verb } from "./queries"

export interface Draft {
  verb: Verb
  /** Whether it is on the table now, or was laid aside with all that was typed. */
  open: boolean
  reason: string
  /** Only what differs from the proposal. */
  action?: string
  parameters: Record<string, unknown>
}

const KEPT_MAX = 200
let drafts: ReadonlyMap<string, Draft> = new Map()
const listeners = new Set<() => void>()
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useDraft = (id: string): Draft | undefined => useSyncExternalStore(subscribe, () => drafts.get(id))

export function setDraft(id: string, draft: Draft | undefined): void {
  const next = new Map([...drafts].filter(([each]) => each !== id).slice(-KEPT_MAX))
  if (draft) next.set(id, draft)
  drafts = next
  for (const listener of listeners) listener()
}

const SUGGESTED: Record<Verb, string[]> = {
  approve: ["Agreed with the proposal.", "I checked the facts myself.", "Known to us."],
  decline: ["I disagree with the proposal.", "The risk is too high.", "Not enough is known."],
  amend: ["Agreed, with changes.", "Within what we allow.", "My own judgement of the facts."],
}
const RECENT_MAX = 4
const key = (verb: Verb) => `approval-reasons-${verb}`

export const defaultReason = (verb: Verb): string => SUGGESTED[verb][0]!
export const isDefault = (reason: string) => Object.values(SUGGESTED).some(([first]) => first === reason)

function recent(verb: Verb): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(verb)) ?? "[]")
    return Array.isArray(kept) ? kept.filter((each): each is string => typeof each === "string") : []
  } catch {
    return [] // Storage is blocked or was changed by hand: there are the usual reasons still.
  }
}

/** Reasons to choose from with one press: one's own recent ones, then the usual ones. */
export const reasonsFor = (verb: Verb): string[] => [...new Set([...recent(verb), ...SUGGESTED[verb]])].slice(0, 6)

export function rememberReason(verb: Verb, reason: string): void {
  if (SUGGESTED[verb].includes(reason) || reason.length > 120) return
  const next = [reason, ...recent(verb).filter((each) => each !== reason)].slice(0, RECENT_MAX)
  try {
    localStorage.setItem(key(verb), JSON.stringify(next))
  } catch {
    // Storage is blocked: the usual reasons are offered alone.
  }
}
