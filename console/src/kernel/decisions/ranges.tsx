import { ChevronDown } from "lucide-react"
import { Popover } from "radix-ui"
import { useState } from "react"
import { useOrganization } from "@/app/session"
import { Button } from "@/ui/button"
import { Field, Input } from "@/ui/field"
import type { DecisionSearch } from "./search"

const PERCENT = 100
const RANGES = ["min_confidence", "max_confidence", "min_amount", "max_amount", "since", "until"] as const

type Draft = Record<(typeof RANGES)[number], string>

const written = (search: DecisionSearch): Draft => {
  const share = (value: number | undefined) => (value === undefined ? "" : String(Math.round(value * PERCENT)))
  return {
    min_confidence: share(search.min_confidence),
    max_confidence: share(search.max_confidence),
    min_amount: search.min_amount?.toString() ?? "",
    max_amount: search.max_amount?.toString() ?? "",
    since: search.since?.slice(0, 10) ?? "",
    until: search.until?.slice(0, 10) ?? "",
  }
}

const read = (draft: Draft): Partial<DecisionSearch> => {
  const figure = (text: string, scale = 1) => (text.trim() === "" ? undefined : Number(text) / scale)
  return {
    min_confidence: figure(draft.min_confidence, PERCENT),
    max_confidence: figure(draft.max_confidence, PERCENT),
    min_amount: figure(draft.min_amount),
    max_amount: figure(draft.max_amount),
    since: draft.since || undefined,
    until: draft.until || undefined,
  }
}

/** The first range whose end lies before its beginning. */
const crossed = (draft: Draft): keyof Draft | null => {
  const above = (low: string, high: string) => low !== "" && high !== "" && Number(low) > Number(high)
  if (above(draft.min_confidence, draft.max_confidence)) return "max_confidence"
  if (above(draft.min_amount, draft.max_amount)) return "max_amount"
  if (draft.since && draft.until && draft.since > draft.until) return "until"
  return null
}

/** Confidence, amount and time, from and to. */
export function Ranges({
  search,
  onChange,
}: {
  search: DecisionSearch
  onChange: (change: Partial<DecisionSearch>) => void
}) {
  const [open, setOpen] = useState(false)
  const set = RANGES.filter((name) => search[name] !== undefined).length
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        data-chosen={set > 0}
        className="inline-flex h-8 items-center gap-1.5 rounded-control border bg-surface px-2.5 text-[13px] whitespace-nowrap shadow-card hover:border-line-strong data-[chosen=true]:border-accent data-[chosen=true]:bg-accent-soft"
      >
        Range
        {set > 0 && <span className="num text-xs text-accent">{set}</span>}
        <ChevronDown aria-hidden className="size-3.5 text-ink-3" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Range of confidence, amount and time"
          className="card z-50 w-[min(22rem,calc(100vw-1rem))] bg-raised p-3 shadow-lg animate-in fade-in-0 zoom-in-95"
        >
          <RangeForm
            search={search}
            onApply={(change) => {
              onChange(change)
              setOpen(false)
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function RangeForm({
  search,
  onApply,
}: {
  search: DecisionSearch
  onApply: (change: Partial<DecisionSearch>) => void
}) {
  const organization = useOrganization()
  const [draft, setDraft] = useState(() => written(search))
  const wrong = crossed(draft)
  const input = (name: keyof Draft, label: string, rest: React.ComponentProps<"input">) => (
    <Field label={label} error={wrong === name ? "Ends before it begins." : null}>
      {(control) => (
        <Input
          {...control}
          {...rest}
          value={draft[name]}
          onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
        />
      )}
    </Field>
  )
  const share = { type: "number", min: 0, max: PERCENT, step: "any", inputMode: "decimal" } as const
  const money = { type: "number", min: 0, step: "any", inputMode: "decimal" } as const
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (!wrong) onApply(read(draft))
      }}
    >
      <div className="grid grid-cols-2 gap-x-3 gap-y-2.5">
        {input("min_confidence", "Confidence from (%)", share)}
        {input("max_confidence", "to (%)", share)}
        {input("min_amount", `Amount from (${organization?.currency ?? ""})`, money)}
        {input("max_amount", "to", money)}
        {input("since", "Decided since", { type: "date" })}
        {input("until", "until, that day included", { type: "date" })}
      </div>
      <p className="text-xs text-ink-3">Days of business time, {organization?.time_zone}.</p>
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={() => onApply(Object.fromEntries(RANGES.map((name) => [name, undefined])))}>
          Clear
        </Button>
        <Button type="submit" variant="solid" disabled={wrong !== null}>
          Apply
        </Button>
      </div>
    </form>
  )
}
