import { Minus, Pencil, Plus } from "lucide-react"
import { Badge } from "@/ui/basics"
import { plain, words } from "@/ui/format"
import type { ProductChange } from "./product-document"
import { labelOf, leavesOf, placeOf, TERMS } from "./terms/document"

const HOW = {
  added: { label: "Added", icon: <Plus aria-hidden />, tone: "accent" },
  removed: { label: "Removed", icon: <Minus aria-hidden />, tone: "warn" },
  changed: { label: "Changed", icon: <Pencil aria-hidden />, tone: "info" },
} as const

interface Entry {
  title: string
  kind: ProductChange["kind"]
  parts: { name: string; old: unknown; new: unknown }[]
}

/** Changes gathered by what they are about: one entry for each field and setting. */
export function gathered(changes: readonly ProductChange[]): Entry[] {
  const entries = new Map<string, Entry>()
  for (const change of changes) {
    const [top = "", name, part] = change.path.split(".")
    if (top === TERMS) {
      addTerms(entries, change)
      continue
    }
    const isField = top === "form" || top === "adjustable"
    const title =
      isField && name
        ? `${top === "form" ? "Field" : "Adjustable"} ${name}`
        : top === "form_order"
          ? "Order of fields"
          : top === "adjustable_order"
            ? "Order of adjustable fields"
            : words(name ?? top)
    const entry = entries.get(title) ?? { title, kind: change.kind, parts: [] }
    if (part !== undefined || !isField || change.kind === "changed")
      entry.parts.push({ name: part ?? "", old: change.old, new: change.new })
    else
      for (const [key, value] of Object.entries((change.new ?? change.old ?? {}) as Record<string, unknown>))
        if (key !== "name" && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
          entry.parts.push({
            name: key,
            old: change.kind === "removed" ? value : undefined,
            new: change.kind === "added" ? value : undefined,
          })
    entries.set(title, entry)
  }
  return [...entries.values()]
}

/** What is said of terms, value by value, gathered by what it is about. */
function addTerms(entries: Map<string, Entry>, { path, kind, old, new: now }: ProductChange) {
  const whole = path === TERMS
  const add = (place: { title: string; part: string }, before: unknown, after: unknown) => {
    const part = place.part && labelOf(place.part)
    const title = whole ? "Credit terms" : `Terms: ${place.title}`
    const entry = entries.get(title) ?? { title, kind, parts: [] }
    const name = whole ? [place.title, part].filter(Boolean).join(", ") : part
    entry.parts.push({ name, old: before, new: after })
    entries.set(title, entry)
  }
  if (kind === "changed") return add(placeOf(path), old, now)
  for (const [leaf, value] of leavesOf(now ?? old, path))
    if (value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
      add(placeOf(leaf), kind === "removed" ? value : undefined, kind === "added" ? value : undefined)
}

const shown = (value: unknown) =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0) || value === ""
    ? "nothing"
    : plain(value)

/** What differs between two products, one entry for each field or setting, with before and after. */
export function ProductChanges({ changes }: { changes: readonly ProductChange[] }) {
  const entries = gathered(changes)
  if (entries.length === 0) return <p className="text-[13px] text-ink-3">They say the same.</p>
  return (
    <ul aria-label="Changes" className="flex flex-col divide-y rounded-control border">
      {entries.map((entry) => (
        <li key={entry.title} className="px-3 py-2.5">
          <div className="flex flex-wrap items-center gap-2 text-[13px]">
            <Badge tone={HOW[entry.kind].tone} icon={HOW[entry.kind].icon}>
              {HOW[entry.kind].label}
            </Badge>
            <span className="font-medium">{entry.title}</span>
          </div>
          <dl className="mt-1.5 flex flex-col gap-1 text-[13px]">
            {entry.parts.map((part) => (
              <div key={part.name} className="grid gap-x-3 sm:grid-cols-[9rem_1fr]">
                <dt className="text-xs leading-5 text-ink-3">{part.name ? words(part.name) : "Value"}</dt>
                <dd className="min-w-0 break-words">
                  {entry.kind !== "added" && (
                    <del className="text-ink-3 decoration-ink-3/60">
                      <span className="sr-only">before: </span>
                      {shown(part.old)}
                    </del>
                  )}
                  {entry.kind === "changed" && (
                    <span aria-hidden className="px-1.5 text-ink-3">
                      →
                    </span>
                  )}
                  {entry.kind !== "removed" && (
                    <ins className="font-medium no-underline">
                      <span className="sr-only">after: </span>
                      {shown(part.new)}
                    </ins>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  )
}
