import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { useMe } from "@/app/session"
import { cn } from "@/ui/cn"
import { Chips, type Choice, FacetMenu, SearchBox } from "@/ui/facets"
import { Select } from "@/ui/field"
import { count, words } from "@/ui/format"
import { sortOf } from "./queries"
import { riskWord } from "./risk"
import { type InboxSearch, RISKS, SORTS, TIERS } from "./search"

const STATE_WORDS = {
  open: "Open",
  held: "Held",
  answered: "Answered",
  expired: "Expired",
  stale: "Overtaken",
} as const

const SORT_WORDS: Record<(typeof SORTS)[number], string> = {
  due_at: "Due first",
  "-created_at": "Newest first",
  created_at: "Oldest first",
  "-amount": "Largest amount",
  confidence: "Least sure",
}

type Change = (change: Partial<InboxSearch>, replace?: boolean) => void

/** Which cases: open, held for a moment, or done. */
export function StateTabs({
  search,
  onChange,
  open,
  held,
}: {
  search: InboxSearch
  onChange: Change
  open: number | undefined
  held: number
}) {
  const state = search.state ?? "open"
  const counts: Partial<Record<keyof typeof STATE_WORDS, number>> = { open, held }
  return (
    <nav aria-label="State" className="flex gap-1 overflow-x-auto border-b">
      {(Object.keys(STATE_WORDS) as (keyof typeof STATE_WORDS)[]).map((each) => (
        <button
          key={each}
          type="button"
          aria-current={each === state ? "page" : undefined}
          onClick={() => onChange({ state: each === "open" ? undefined : each, sort: undefined, id: undefined })}
          className={cn(
            "-mb-px inline-flex h-9 items-center gap-1.5 border-b-2 px-3 text-[13px] font-medium whitespace-nowrap",
            each === state ? "border-accent text-accent" : "border-transparent text-ink-2 hover:text-ink",
          )}
        >
          {STATE_WORDS[each]}
          {counts[each] ? <span className="num text-xs text-ink-3">{count(counts[each])}</span> : null}
        </button>
      ))}
    </nav>
  )
}

/** What narrows the list, and its order. */
export function Filters({
  search,
  facets,
  onChange,
}: {
  search: InboxSearch
  facets: Schema["ApprovalFacets"] | undefined
  onChange: Change
}) {
  const me = useMe()
  const counted = (name: "risk" | "tier" | "kind", value: string) =>
    facets ? (facets[name].find((each) => each.value === value)?.count ?? 0) : undefined
  const choices = <T extends string>(
    name: "risk" | "tier" | "kind",
    values: readonly T[],
    label: (v: T) => ReactNode,
  ) => values.map((value): Choice<T> => ({ value, label: label(value), count: counted(name, value) }))
  const kinds = [...new Set([...(facets?.kind.map((each) => each.value) ?? []), ...(search.kind ?? [])])]
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <SearchBox
        label="Search cases"
        placeholder="Reference, words or id"
        value={search.q}
        onChange={(q) => onChange({ q }, true)}
      />
      <Chips
        label="Risk"
        choices={choices("risk", RISKS, riskWord)}
        chosen={search.risk}
        onChange={(risk) => onChange({ risk })}
      />
      <FacetMenu
        label="Tier"
        choices={choices("tier", TIERS, (tier) => words(tier))}
        chosen={search.tier}
        onChange={(tier) => onChange({ tier })}
      />
      {kinds.length > 1 && (
        <FacetMenu
          label="Kind"
          choices={choices("kind", kinds, (kind) => words(kind))}
          chosen={search.kind}
          onChange={(kind) => onChange({ kind })}
        />
      )}
      <Chips
        label="Assigned to"
        choices={[
          ...(me?.kind === "user" ? [{ value: "me" as const, label: "Mine" }] : []),
          { value: "none" as const, label: "Unassigned" },
        ]}
        chosen={search.assignee ? [search.assignee] : []}
        onChange={(chosen) => onChange({ assignee: chosen?.find((each) => each !== search.assignee) })}
      />
      <span className="w-36 sm:ml-auto">
        <Select
          aria-label="Order"
          value={sortOf(search)}
          onChange={(event) => onChange({ sort: SORTS.find((each) => each === event.target.value) })}
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {SORT_WORDS[sort]}
            </option>
          ))}
        </Select>
      </span>
    </div>
  )
}
