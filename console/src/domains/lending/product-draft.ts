/** Drafts of products: one for each key, kept in this browser tab. */
import { useCallback, useMemo } from "react"
import { chosenOrganization } from "@/api/organization"
import { useMe } from "@/app/session"
import { same } from "@/kernel/policies/changes"
import { draftStore } from "@/ui/draft-store"
import { documentOf, type ProductDocument } from "./product-document"
import type { Product } from "./queries"

export interface ProductDraft {
  /** The version it was begun from, 0 for a new product, and what that version says. */
  base: number
  from: ProductDocument
  document: ProductDocument
  /** One lasting key for each field, so that a field keeps its place in the editor while it is renamed or moved. */
  keys: string[]
}

const isDraft = (stored: unknown): stored is ProductDraft => {
  const { document, keys, from } = stored as ProductDraft
  return Array.isArray(document.form) && Array.isArray(from.form) && keys.length === document.form.length
}
const { load, store, useDraft } = draftStore(isDraft)

/** Keys for the fields of a document: those that a draft knows keep theirs, others get their name, made unique. */
export function keysOf(document: ProductDocument, known?: Pick<ProductDraft, "document" | "keys">): string[] {
  const byName = new Map(known?.document.form.map((field, at) => [field.name, known.keys[at]!]))
  const used = new Set<string>()
  return document.form.map(({ name }) => {
    let key = byName.get(name) ?? name
    for (let count = 2; used.has(key); count += 1) key = `${name} ${count}`
    used.add(key)
    return key
  })
}

export const beginDraft = (base: number, from: ProductDocument): ProductDraft => ({
  base,
  from,
  document: structuredClone(from),
  keys: keysOf(from),
})

/** Whether a draft differs from what it was begun from; what was never published always does. */
export const isChanged = (draft: ProductDraft | null): boolean =>
  draft !== null && (draft.base === 0 || !same(draft.from, draft.document))

export interface ProductDraftHandle {
  draft: ProductDraft
  changed: boolean
  set: (draft: ProductDraft | null) => void
  /** Change the document, and the keys along with it where fields come, go or move. */
  change: (edit: (document: ProductDocument) => ProductDocument, keys?: (keys: string[]) => string[]) => void
}

/** Under which name a draft is kept: of the organisation and person signed in. */
export function useDraftName(): (key: string) => string {
  const me = useMe()
  const prefix = `product-draft:${chosenOrganization() ?? ""}:${me?.label ?? ""}:`
  return useCallback((key: string) => prefix + key, [prefix])
}

/** Whether a product is a draft that was never published. */
export const useIsNew = (key: string): boolean => useDraft(useDraftName()(key))?.base === 0

/** Begin a product that was never published. */
export const storeNew = (name: string, document: ProductDocument) => store(name, beginDraft(0, document))

/** The draft of a product, or the latest version as long as nothing was changed; null where there is neither. */
export function useProductDraft(key: string, latest: Product | null): ProductDraftHandle | null {
  const name = useDraftName()(key)
  const stored = useDraft(name)
  const begun = useMemo(() => (latest ? beginDraft(latest.version, documentOf(latest)) : null), [latest])
  const set = useCallback((next: ProductDraft | null) => store(name, next && isChanged(next) ? next : null), [name])
  const change = useCallback<ProductDraftHandle["change"]>(
    (edit, keys) => {
      const now = load(name) ?? begun
      if (!now) return
      const next = { ...now, document: edit(now.document), keys: keys?.(now.keys) ?? now.keys }
      store(name, isChanged(next) ? next : null)
    },
    [name, begun],
  )
  return useMemo(() => {
    const draft = stored ?? begun
    return draft && { draft, changed: isChanged(stored), set, change }
  }, [stored, begun, set, change])
}
