/** Drafts by name, kept in memory and in this tab's session storage, so that no edit is lost. */
import { useSyncExternalStore } from "react"

export interface DraftStore<Draft> {
  load: (name: string) => Draft | null
  store: (name: string, draft: Draft | null) => void
  /** The draft of this name, drawn anew whenever it changes. */
  useDraft: (name: string) => Draft | null
}

/** A store of drafts of one sort; `isSound` says whether what was found in storage is one. */
export function draftStore<Draft>(isSound: (stored: unknown) => stored is Draft): DraftStore<Draft> {
  const drafts = new Map<string, Draft | null>()
  const listeners = new Set<() => void>()
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const load = (name: string): Draft | null => {
    const known = drafts.get(name)
    if (known !== undefined) return known
    let draft: Draft | null = null
    try {
      const stored: unknown = JSON.parse(sessionStorage.getItem(name) ?? "null")
      if (stored !== null && isSound(stored)) draft = stored
    } catch {
      // Not readable: as if there were none.
    }
    drafts.set(name, draft)
    return draft
  }
  const store = (name: string, draft: Draft | null) => {
    drafts.set(name, draft)
    try {
      if (draft) sessionStorage.setItem(name, JSON.stringify(draft))
      else sessionStorage.removeItem(name)
    } catch {
      // Storage is full or forbidden: the draft lives on in memory.
    }
    for (const listener of listeners) listener()
  }
  return { load, store, useDraft: (name) => useSyncExternalStore(subscribe, () => load(name)) }
}
