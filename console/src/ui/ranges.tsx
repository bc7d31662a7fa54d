import { ChevronDown } from "lucide-react"
import { type ReactNode, useState } from "react"
import { Button } from "./button"
import { CHIP } from "./facets"
import { Field, Input } from "./field"
import { Popover } from "./popover"

/** A range of a search: the names of its two ends, and how they are written. */
export interface Range<Search> {
  low: keyof Search & string
  high: keyof Search & string
  /** Labels of the two fields. */
  labels: [string, string]
  /** `share` is shown in per cent, `day` as a date. */
  as: "number" | "share" | "day"
}

const PERCENT = 100
type Ends = Record<string, string>

const endsOf = <Search,>(ranges: Range<Search>[]) => ranges.flatMap(({ low, high }) => [low, high])

function written<Search extends object>(search: Search, ranges: Range<Search>[]): Ends {
  const shown = (value: unknown, as: Range<Search>["as"]) =>
    value === undefined
      ? ""
      : as === "share"
        ? String(Math.round(Number(value) * PERCENT))
        : as === "day"
          ? String(value).slice(0, 10)
          : String(value)
  return Object.fromEntries(
    ranges.flatMap(({ low, high, as }) => [low, high].map((name) => [name, shown(search[name], as)])),
  )
}

function read<Search>(ends: Ends, ranges: Range<Search>[]): Partial<Search> {
  const value = (text: string, as: Range<Search>["as"]) =>
    text.trim() === "" ? undefined : as === "day" ? text : Number(text) / (as === "share" ? PERCENT : 1)
  return Object.fromEntries(
    ranges.flatMap(({ low, high, as }) => [low, high].map((name) => [name, value(ends[name] ?? "", as)])),
  ) as Partial<Search>
}

/** The first range whose end lies before its beginning. */
function crossed<Search>(ends: Ends, ranges: Range<Search>[]): string | undefined {
  return ranges.find(({ low, high, as }) => {
    const [from, to] = [ends[low], ends[high]]
    return from && to && (as === "day" ? from > to : Number(from) > Number(to))
  })?.high
}

/** Ranges of figures and days, from and to, behind one button. */
export function Ranges<Search extends object>({
  label,
  ranges,
  note,
  search,
  onChange,
}: {
  /** What the panel is called for assistive technology. */
  label: string
  ranges: Range<Search>[]
  note?: ReactNode
  search: Search
  onChange: (change: Partial<Search>) => void
}) {
  const set = endsOf(ranges).filter((name) => search[name] !== undefined).length
  return (
    <Popover
      label={label}
      className="w-[min(22rem,calc(100vw-1rem))] p-3"
      trigger={
        <button type="button" data-chosen={set > 0} className={CHIP}>
          Range
          {set > 0 && <span className="num text-xs text-accent">{set}</span>}
          <ChevronDown aria-hidden className="size-3.5 text-ink-3" />
        </button>
      }
    >
      {(close) => (
        <RangeForm
          search={search}
          ranges={ranges}
          note={note}
          onApply={(change) => {
            onChange(change)
            close()
          }}
        />
      )}
    </Popover>
  )
}

function RangeForm<Search extends object>({
  search,
  ranges,
  note,
  onApply,
}: {
  search: Search
  ranges: Range<Search>[]
  note?: ReactNode
  onApply: (change: Partial<Search>) => void
}) {
  const [ends, setEnds] = useState(() => written(search, ranges))
  const wrong = crossed(ends, ranges)
  const nothing = Object.fromEntries(endsOf(ranges).map((name) => [name, undefined])) as Partial<Search>
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (!wrong) onApply(read(ends, ranges))
      }}
    >
      <div className="grid grid-cols-2 gap-x-3 gap-y-2.5">
        {ranges.flatMap(({ low, high, labels, as }) =>
          [low, high].map((name, at) => (
            <Field key={name} label={labels[at]!} error={wrong === name ? "Ends before it begins." : null}>
              {(control) => (
                <Input
                  {...control}
                  {...(as === "day"
                    ? { type: "date" }
                    : { type: "number", min: 0, max: as === "share" ? PERCENT : undefined, step: "any" })}
                  inputMode={as === "day" ? undefined : "decimal"}
                  value={ends[name]}
                  onChange={(event) => setEnds({ ...ends, [name]: event.target.value })}
                />
              )}
            </Field>
          )),
        )}
      </div>
      {note && <p className="text-xs text-ink-3">{note}</p>}
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={() => onApply(nothing)}>
          Clear
        </Button>
        <Button type="submit" variant="solid" disabled={wrong !== undefined}>
          Apply
        </Button>
      </div>
    </form>
  )
}
