/** A product as it is written; what differs between two; and carrying a draft over to a newer version. */
import type { Schema } from "@/api/client"
import { same } from "@/kernel/policies/changes"
import type { FormField, Product } from "./queries"
import { diffTerms, rebaseTerms } from "./terms/document"

export type ProductDocument = Omit<Product, "author" | "published_at" | "version">
export type ProductChange = Schema["ProductChange"]

/** What a version says, without who published it and when. */
export function documentOf({ author: _author, published_at: _at, version: _version, ...document }: Product) {
  return document satisfies ProductDocument
}

/** A product nobody has described further. */
export const newProduct = (key: string, name: string, currency: string): ProductDocument => ({
  key,
  name,
  currency,
  payout: true,
  pricing: { gain_share: 0.1, loss_share: 0.6 },
  adjustable: [],
  segment_by: null,
  credit_terms: null,
  form: [
    { ...newField("amount"), label: "Amount", role: "amount", minimum: 100, maximum: 10_000 },
    { ...newField("term_months"), label: "Term in months", type: "integer", role: "term", minimum: 1, maximum: 60 },
  ],
})

export const newField = (name: string): FormField => ({
  name,
  label: "",
  type: "number",
  role: "feature",
  required: true,
  minimum: null,
  maximum: null,
  choices: [],
})

/** A name that no field has yet. */
export function uniqueName(name: string, form: readonly FormField[]): string {
  const taken = new Set(form.map((field) => field.name))
  if (!taken.has(name)) return name
  const stem = name.replace(/_\d+$/, "")
  let count = 2
  while (taken.has(`${stem}_${count}`)) count += 1
  return `${stem}_${count}`
}

/** Whether a field may hold bounds or choices, and what its role allows: what no longer fits is taken away. */
export function fitted(field: FormField, vocabulary: Schema["ProductVocabulary"] | undefined): FormField {
  const type = vocabulary?.types.find((each) => each.type === field.type)
  if (!type) return field
  return {
    ...field,
    minimum: type.has_bounds ? field.minimum : null,
    maximum: type.has_bounds ? field.maximum : null,
    choices: type.has_choices ? field.choices : [],
  }
}

/** Rename a field where it is spoken of: the form, what can be adjusted, and the segments. */
export function changeField(document: ProductDocument, at: number, field: FormField): ProductDocument {
  const before = document.form[at]!.name
  const renamed = (name: string) => (name === before ? field.name : name)
  return {
    ...document,
    form: document.form.with(at, field),
    adjustable: document.adjustable.map((each) => ({ ...each, name: renamed(each.name) })),
    segment_by: document.segment_by === null ? null : renamed(document.segment_by),
  }
}

export const removeField = (document: ProductDocument, at: number): ProductDocument => {
  const { name } = document.form[at]!
  return {
    ...document,
    form: document.form.toSpliced(at, 1),
    adjustable: document.adjustable.filter((each) => each.name !== name),
    segment_by: document.segment_by === name ? null : document.segment_by,
  }
}

type Named = { name: string }
const byName = <T extends Named>(list: readonly T[]) => new Map(list.map((each) => [each.name, each]))
const SETTINGS = ["name", "currency", "payout", "segment_by"] as const
const SHARES = ["gain_share", "loss_share"] as const
const FIELD_PARTS = ["label", "type", "role", "required", "minimum", "maximum", "choices"] as const
const ADJUSTABLE_PARTS = ["minimum", "maximum", "step"] as const

/** What differs, as the API tells it of two published versions; fields are told apart by their names. */
export function diffProducts(old: ProductDocument, now: ProductDocument): ProductChange[] {
  const changes: ProductChange[] = []
  const add = (path: string, before: unknown, after: unknown) => {
    if (!same(before, after)) changes.push({ path, kind: "changed", old: before, new: after })
  }
  for (const name of SETTINGS) add(name, old[name], now[name])
  for (const name of SHARES) add(`pricing.${name}`, old.pricing[name], now.pricing[name])
  const lists = <T extends Named>(
    path: string,
    before: readonly T[],
    after: readonly T[],
    parts: readonly (keyof T & string)[],
  ) => {
    const [olds, nows] = [byName(before), byName(after)]
    for (const name of new Set([...olds.keys(), ...nows.keys()])) {
      const [one, other] = [olds.get(name), nows.get(name)]
      if (!one) changes.push({ path: `${path}.${name}`, kind: "added", old: null, new: other })
      else if (!other) changes.push({ path: `${path}.${name}`, kind: "removed", old: one, new: null })
      else for (const part of parts) add(`${path}.${name}.${part}`, one[part], other[part])
    }
    const kept = (list: readonly T[], others: Map<string, T>) =>
      list.map((each) => each.name).filter((name) => others.has(name))
    add(`${path}_order`, kept(before, nows), kept(after, olds))
  }
  lists("form", old.form, now.form, FIELD_PARTS)
  lists("adjustable", old.adjustable, now.adjustable, ADJUSTABLE_PARTS)
  changes.push(...diffTerms(old.credit_terms ?? null, now.credit_terms ?? null))
  return changes
}

/**
 * Carry what a draft changed over to a version that was published meanwhile: what only one side changed is taken from it;
 * what both changed stays as in the draft, and is named in `clashes`.
 */
export function rebaseProduct(
  base: ProductDocument,
  mine: ProductDocument,
  theirs: ProductDocument,
): { document: ProductDocument; clashes: string[] } {
  const clashes: string[] = []
  const choose = <T>(what: string, from: T, own: T, other: T): T => {
    if (same(from, own) || same(own, other)) return other
    if (!same(from, other)) clashes.push(what)
    return own
  }
  const lists = <T extends Named>(what: string, from: readonly T[], own: readonly T[], other: readonly T[]): T[] => {
    const [froms, owns, others] = [byName(from), byName(own), byName(other)]
    const names = (list: readonly T[]) => list.map((each) => each.name)
    const reordered = !same(names(from), names(own))
    const order = reordered ? [...names(own), ...names(other)] : [...names(other), ...names(own)]
    return [...new Set(order)].flatMap((name) => {
      const chosen = choose(`${what} ${name}`, froms.get(name), owns.get(name), others.get(name))
      return chosen ? [chosen] : []
    })
  }
  return {
    document: {
      key: theirs.key,
      name: choose("the name", base.name, mine.name, theirs.name),
      currency: choose("the currency", base.currency, mine.currency, theirs.currency),
      payout: choose("payout", base.payout, mine.payout, theirs.payout),
      segment_by: choose("the segments", base.segment_by, mine.segment_by, theirs.segment_by),
      pricing: {
        gain_share: choose("the gain", base.pricing.gain_share, mine.pricing.gain_share, theirs.pricing.gain_share),
        loss_share: choose("the loss", base.pricing.loss_share, mine.pricing.loss_share, theirs.pricing.loss_share),
      },
      form: lists("field", base.form, mine.form, theirs.form),
      adjustable: lists("adjustable", base.adjustable, mine.adjustable, theirs.adjustable),
      credit_terms: rebaseTerms(
        base.credit_terms ?? null,
        mine.credit_terms ?? null,
        theirs.credit_terms ?? null,
        choose,
      ),
    },
    clashes,
  }
}
