import { X } from "lucide-react"
import type { Schema } from "@/api/client"
import { Button } from "@/ui/button"
import { Chips, type Choice, FacetMenu, SearchBox } from "@/ui/facets"
import { words } from "@/ui/format"
import { VERDICT_KINDS, verdictLabel } from "@/ui/verdict"
import { Ranges } from "./ranges"
import { DECIDERS, type DecisionSearch, filterCount } from "./search"

type Counts = Schema["FacetsView"]

/** Choices with their counts; what is chosen stays in the list when nothing has it any more. */
function choices(counts: Schema["FacetCount"][] | undefined, chosen: readonly string[] = []): Choice[] {
  const known = counts ?? []
  const gone = chosen.filter((value) => !known.some((each) => each.value === value))
  return [
    ...known.map(({ value, count }) => ({ value, count, label: words(value) })),
    ...gone.map((value) => ({ value, count: counts && 0, label: words(value) })),
  ]
}

const counted = <T extends string>(
  all: readonly T[],
  label: (value: T) => string,
  counts: Schema["FacetCount"][] | undefined,
): Choice<T>[] =>
  all.map((value) => ({
    value,
    label: label(value),
    count: counts && (counts.find((each) => each.value === value)?.count ?? 0),
  }))

/** Everything decisions can be narrowed down by. */
export function Filters({
  search,
  counts,
  onChange,
}: {
  search: DecisionSearch
  counts: Counts | undefined
  onChange: (change: Partial<DecisionSearch>, typing?: boolean) => void
}) {
  const set = filterCount(search)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchBox
        label="Search decisions"
        placeholder="Reference, id, words…"
        value={search.q}
        onChange={(q) => onChange({ q }, true)}
      />
      <Chips
        label="Verdict"
        choices={counted(VERDICT_KINDS, verdictLabel, counts?.verdict)}
        chosen={search.verdict}
        onChange={(verdict) => onChange({ verdict })}
      />
      <FacetMenu
        label="Action"
        choices={choices(counts?.action, search.action)}
        chosen={search.action}
        onChange={(action) => onChange({ action })}
      />
      <FacetMenu
        label="Decided by"
        choices={counted(DECIDERS, words, counts?.decided_by)}
        chosen={search.decided_by}
        onChange={(decided_by) => onChange({ decided_by })}
      />
      <FacetMenu
        label="Kind"
        choices={choices(counts?.kind, search.kind)}
        chosen={search.kind}
        onChange={(kind) => onChange({ kind })}
      />
      <FacetMenu
        label="Component"
        choices={choices(counts?.component, search.component)}
        chosen={search.component}
        onChange={(component) => onChange({ component })}
      />
      <Ranges search={search} onChange={onChange} />
      {search.subject_id && (
        <Button variant="outline" onClick={() => onChange({ subject_id: undefined })}>
          Only one subject <X aria-label="Remove this filter" />
        </Button>
      )}
      {set > 0 && (
        <Button variant="ghost" onClick={() => onChange(NOTHING)}>
          Clear filters
        </Button>
      )}
    </div>
  )
}

const NOTHING: Partial<DecisionSearch> = {
  verdict: undefined,
  action: undefined,
  kind: undefined,
  component: undefined,
  decided_by: undefined,
  min_confidence: undefined,
  max_confidence: undefined,
  min_amount: undefined,
  max_amount: undefined,
  since: undefined,
  until: undefined,
  subject_id: undefined,
  q: undefined,
}
