/** Drafts of policies: one for each kind, kept in memory and in this tab's session storage, so that no edit is lost. */
import { useCallback, useMemo } from "react"
import { chosenOrganization } from "@/api/organization"
import { useMe } from "@/app/session"
import { draftStore } from "@/ui/draft-store"
import { same } from "./changes"
import { type PolicyDocument, undrawable } from "./document"

export interface Draft {
  /** The version it was begun from, and what that version says. */
  base: number
  from: PolicyDocument
  document: PolicyDocument
  /** One lasting key for each rule, so that a rule keeps its place in the editor while it is renamed or moved. */
  keys: string[]
  /** The text of the JSON view while it cannot be read as a policy. */
  text?: string
  /** What it and the version it was carried over to had both changed. */
  clashes?: string[]
}

const isDraft = (stored: unknown): stored is Draft => {
  const draft = stored as Draft
  return undrawable(draft.document) === null && draft.keys.length === draft.document.rules.length
}

const { load, store, useDraft: useStored } = draftStore(isDraft)

/** A draft that says what a version says. */
export const beginDraft = (base: number, from: PolicyDocument): Draft => ({
  base,
  from,
  document: structuredClone(from),
  keys: keysFor(from, []),
})

/** A draft for the version that holds, which says something else already. */
export const draftOf = (active: { version: number; body: PolicyDocument }, document: PolicyDocument): Draft => ({
  ...beginDraft(active.version, active.body),
  document: structuredClone(document),
  keys: keysFor(document, []),
})

/** Keys for the rules of a document: known names keep theirs, others get their name, made unique. */
export function keysFor(document: PolicyDocument, known: [string, string][]): string[] {
  const byName = new Map(known)
  const used = new Set<string>()
  return document.rules.map((rule) => {
    let key = byName.get(rule.name) ?? rule.name
    for (let count = 2; used.has(key); count += 1) key = `${rule.name} ${count}`
    used.add(key)
    return key
  })
}

/** Whether a draft differs from what it was begun from. */
export const isChanged = (draft: Draft | null): boolean =>
  draft !== null && (draft.text !== undefined || !same(draft.from, draft.document))

export interface DraftHandle {
  /** What is edited: the draft, or the active version as long as nothing was changed. */
  draft: Draft
  changed: boolean
  set: (draft: Draft | null) => void
  /** Change the document; rules keep their keys by place or name unless `keys` says otherwise. */
  change: (change: (document: PolicyDocument) => PolicyDocument, keys?: (keys: string[]) => string[]) => void
}

/** The draft of a kind, of the organisation and person signed in; it begins with the first change to the active version. */
export function useDraft(kind: string, active: { version: number; body: PolicyDocument }): DraftHandle {
  const me = useMe()
  const name = `policy-draft:${chosenOrganization() ?? ""}:${me?.label ?? ""}:${kind}`
  const stored = useStored(name)
  const begun = useMemo(() => beginDraft(active.version, active.body), [active])
  const set = useCallback((next: Draft | null) => store(name, next && isChanged(next) ? next : null), [name])
  const change = useCallback<DraftHandle["change"]>(
    (edit, keys) => {
      const now = load(name) ?? begun
      const document = edit(now.document)
      const known = now.document.rules.map((rule, at): [string, string] => [rule.name, now.keys[at]!])
      const moved =
        keys?.(now.keys) ?? (document.rules.length === now.keys.length ? now.keys : keysFor(document, known))
      const next = { ...now, document, keys: moved, text: undefined }
      store(name, isChanged(next) ? next : null)
    },
    [name, begun],
  )
  return useMemo(
    () => ({ draft: stored ?? begun, changed: isChanged(stored), set, change }),
    [stored, begun, set, change],
  )
}
