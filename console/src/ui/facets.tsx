import { ChevronDown, Search, X } from "lucide-react"
import { type ReactNode, useEffect, useRef, useState } from "react"
import { Button } from "./button"
import { count as inWords, words } from "./format"
import { Popover } from "./popover"

export interface Choice<T extends string = string> {
  value: T
  label: ReactNode
  count?: number
}

/** How often a value occurs, as the API counts it. */
export interface Counted {
  value: string
  count: number
}

/** What was counted as choices; what is chosen stays in the list when nothing has it any more. */
export function countedChoices(
  counts: Counted[] | undefined,
  chosen: readonly string[] = [],
  label: (value: string) => string = words,
): Choice[] {
  const gone = chosen.filter((value) => !counts?.some((each) => each.value === value))
  return [
    ...(counts ?? []).map(({ value, count }) => ({ value, count, label: label(value) })),
    ...gone.map((value) => ({ value, count: counts && 0, label: label(value) })),
  ]
}

/** Every value there can be, each with its count. */
export const allChoices = <T extends string>(
  all: readonly T[],
  label: (value: T) => string,
  counts: Counted[] | undefined,
): Choice<T>[] =>
  all.map((value) => ({
    value,
    label: label(value),
    count: counts && (counts.find((each) => each.value === value)?.count ?? 0),
  }))

const toggled = <T extends string>(chosen: readonly T[], value: T): T[] | undefined => {
  const next = chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]
  return next.length ? next : undefined
}

/** How a filter looks that opens or can be pressed. */
export const CHIP =
  "inline-flex h-8 items-center gap-1.5 rounded-control border bg-surface px-2.5 text-[13px] whitespace-nowrap shadow-card hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-accent-soft data-[chosen=true]:border-accent data-[chosen=true]:bg-accent-soft"

/** A few choices side by side, each with its count: for what is filtered by most. */
export function Chips<T extends string>({
  label,
  choices,
  chosen = [],
  onChange,
}: {
  label: string
  choices: Choice<T>[]
  chosen?: readonly T[]
  onChange: (chosen: T[] | undefined) => void
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would change the layout
    <div role="group" aria-label={label} className="flex flex-wrap gap-1.5">
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={chosen.includes(choice.value)}
          onClick={() => onChange(toggled(chosen, choice.value))}
          className={CHIP}
        >
          {choice.label}
          {choice.count !== undefined && <span className="num text-xs text-ink-3">{inWords(choice.count)}</span>}
        </button>
      ))}
    </div>
  )
}

/** Many choices behind a button, each with its count. */
export function FacetMenu<T extends string>({
  label,
  choices,
  chosen = [],
  onChange,
}: {
  label: string
  choices: Choice<T>[]
  chosen?: readonly T[]
  onChange: (chosen: T[] | undefined) => void
}) {
  return (
    <Popover
      label={label}
      className="max-h-80 min-w-52 overflow-y-auto p-1.5"
      trigger={
        <button type="button" className={CHIP} data-chosen={chosen.length > 0}>
          {label}
          {chosen.length > 0 && <span className="num text-xs text-accent">{chosen.length}</span>}
          <ChevronDown aria-hidden className="size-3.5 text-ink-3" />
        </button>
      }
    >
      {() => (
        <>
          {choices.length === 0 && <p className="p-2 text-xs text-ink-3">Nothing to choose from.</p>}
          {choices.map((choice) => (
            <label
              key={choice.value}
              className="flex h-8 cursor-pointer items-center gap-2 rounded-control px-2 text-[13px] hover:bg-sunken"
            >
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={chosen.includes(choice.value)}
                onChange={() => onChange(toggled(chosen, choice.value))}
              />
              <span className="flex-1 truncate">{choice.label}</span>
              {choice.count !== undefined && <span className="num text-xs text-ink-3">{inWords(choice.count)}</span>}
            </label>
          ))}
          {chosen.length > 0 && (
            <Button size="sm" variant="ghost" className="mt-1 w-full" onClick={() => onChange(undefined)}>
              Clear
            </Button>
          )}
        </>
      )}
    </Popover>
  )
}

const TYPING_MILLISECONDS = 250

/** Free text that filters: told when typing pauses, emptied from outside when the filter is cleared. */
export function SearchBox({
  value,
  onChange,
  label,
  placeholder,
}: {
  value: string | undefined
  onChange: (value: string | undefined) => void
  label: string
  placeholder?: string
}) {
  const [text, setText] = useState(value ?? "")
  const told = useRef(value)
  const tell = useRef(onChange)
  tell.current = onChange
  useEffect(() => {
    if (value === told.current) return
    told.current = value
    setText(value ?? "")
  }, [value])
  useEffect(() => {
    const next = text.trim() || undefined
    if (next === told.current) return
    const timer = setTimeout(() => {
      told.current = next
      tell.current(next)
    }, TYPING_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <label className="flex h-8 w-full items-center gap-2 rounded-control border bg-surface px-2.5 shadow-card has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-1 has-[input:focus-visible]:outline-ring sm:w-64">
      <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
      <span className="sr-only">{label}</span>
      <input
        type="search"
        value={text}
        maxLength={200}
        onChange={(event) => setText(event.target.value)}
        placeholder={placeholder ?? label}
        className="w-full min-w-0 bg-transparent text-[13px] outline-none placeholder:text-ink-3 [&::-webkit-search-cancel-button]:hidden"
      />
      {text && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => setText("")}
          className="text-ink-3 hover:text-ink"
        >
          <X className="size-3.5" />
        </button>
      )}
    </label>
  )
}
