import {
  ArrowDown,
  ArrowUp,
  CircleAlert,
  Copy,
  EllipsisVertical,
  Plus,
  Settings2,
  Trash2,
  TriangleAlert,
} from "lucide-react"
import { type KeyboardEvent, useRef } from "react"
import { Button } from "@/ui/button"
import type { Finding } from "@/ui/findings-panel"
import { words } from "@/ui/format"
import { Menu } from "@/ui/menu"
import { newField, removeField, uniqueName } from "./product-document"
import type { ProductDraftHandle } from "./product-draft"
import { TERMS } from "./terms/document"

const SETTINGS = "settings"
/** Which field or part of a draft a finding is about. */
export const partOf = (path: string, keys: readonly string[]): string => {
  const at = /^form\[(\d+)\]/.exec(path)?.[1]
  return (at !== undefined && keys[Number(at)]) || SETTINGS
}

/** The fields of a form in their order: choose one to edit; add, copy, move and remove them. Alt with an arrow key moves. */
export function FieldList({
  handle,
  findings,
  part,
  onPart,
  max,
}: {
  handle: ProductDraftHandle
  findings: Finding[]
  part: string
  onPart: (part: string) => void
  max: number
}) {
  const { draft, change } = handle
  const { document, keys } = draft
  const list = useRef<HTMLUListElement>(null)
  const insert = (at: number, copied?: number) => {
    const from = copied === undefined ? newField("new_field") : structuredClone(document.form[copied]!)
    const name = uniqueName(from.name, document.form)
    let key = name
    for (let count = 2; keys.includes(key); count += 1) key = `${name} ${count}`
    // Of most roles a form has one field, so a copy is an ordinary one.
    const field = {
      ...from,
      name,
      role: copied === undefined || from.role === "protected" ? from.role : "feature",
    } as const
    change(
      (now) => ({ ...now, form: now.form.toSpliced(at, 0, field) }),
      (now) => now.toSpliced(at, 0, key),
    )
    onPart(key)
  }
  const move = (at: number, step: number) => {
    const to = at + step
    if (to < 0 || to >= keys.length) return
    change(
      (now) => ({ ...now, form: now.form.with(at, now.form[to]!).with(to, now.form[at]!) }),
      (now) => now.with(at, now[to]!).with(to, now[at]!),
    )
    const key = keys[at]!
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-field="${CSS.escape(key)}"]`)?.focus())
  }
  const remove = (at: number) => {
    change(
      (now) => removeField(now, at),
      (now) => now.toSpliced(at, 1),
    )
    if (part === keys[at]) onPart(keys[at + 1] ?? keys[at - 1] ?? SETTINGS)
  }
  const onKey = (at: number) => (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return
    event.preventDefault()
    move(at, event.key === "ArrowUp" ? -1 : 1)
  }
  const marked = (key: string) => {
    const found = findings.filter(({ path }) => partOf(path, keys) === key && !path.startsWith(TERMS))
    return found.find((finding) => finding.severity === "error") ?? found[0]
  }
  return (
    <nav aria-label="Parts of the product" className="flex flex-col gap-1 text-[13px]">
      <Item
        current={part === SETTINGS}
        label="Product settings"
        icon={<Settings2 aria-hidden className="size-4 text-ink-3" />}
        finding={marked(SETTINGS)}
        onClick={() => onPart(SETTINGS)}
      />
      <p className="mt-2 px-2 text-2xs font-semibold tracking-wide text-ink-3 uppercase">
        Fields <span className="num font-normal">{document.form.length}</span>
      </p>
      <ul ref={list}>
        {document.form.map((field, at) => (
          <li key={keys[at]} className="flex items-center">
            <Item
              id={keys[at]}
              current={part === keys[at]}
              label={field.label || words(field.name) || "(no name)"}
              note={field.required ? undefined : "optional"}
              finding={marked(keys[at]!)}
              onClick={() => onPart(keys[at]!)}
              onKeyDown={onKey(at)}
            />
            <Menu
              label={`Field ${field.name}`}
              trigger={
                <Button size="icon" variant="ghost" className="size-7 shrink-0" aria-label={`More for ${field.name}`}>
                  <EllipsisVertical />
                </Button>
              }
              items={[
                { label: "Move up", icon: <ArrowUp />, disabled: at === 0, run: () => move(at, -1) },
                {
                  label: "Move down",
                  icon: <ArrowDown />,
                  disabled: at === keys.length - 1,
                  run: () => move(at, 1),
                },
                { label: "Copy", icon: <Copy />, run: () => insert(at + 1, at) },
                null,
                { label: "Remove", icon: <Trash2 />, danger: true, run: () => remove(at) },
              ]}
            />
          </li>
        ))}
      </ul>
      <div className="flex items-center justify-between gap-2">
        <Button size="sm" variant="ghost" disabled={keys.length >= max} onClick={() => insert(keys.length)}>
          <Plus /> Field
        </Button>
        <span className="text-2xs text-ink-3">Alt ↑ ↓ moves</span>
      </div>
    </nav>
  )
}

function Item({
  id,
  current,
  label,
  note,
  icon,
  finding,
  onClick,
  onKeyDown,
}: {
  id?: string
  current: boolean
  label: string
  note?: string
  icon?: React.ReactNode
  finding: Finding | undefined
  onClick: () => void
  onKeyDown?: (event: KeyboardEvent) => void
}) {
  return (
    <button
      type="button"
      data-field={id}
      aria-current={current ? "true" : undefined}
      onClick={onClick}
      onKeyDown={onKeyDown}
      className="flex h-8 w-full min-w-0 items-center gap-1.5 rounded-control px-2 text-left hover:bg-sunken aria-[current=true]:bg-accent-soft aria-[current=true]:font-medium aria-[current=true]:text-accent dark:hover:bg-raised"
    >
      {icon}
      <span className="truncate">{label}</span>
      {note && <span className="text-2xs text-ink-3">{note}</span>}
      {finding &&
        (finding.severity === "error" ? (
          <CircleAlert aria-label="has an error" className="ml-auto size-4 shrink-0 text-decline" />
        ) : (
          <TriangleAlert aria-label="has a warning" className="ml-auto size-4 shrink-0 text-review" />
        ))}
    </button>
  )
}
