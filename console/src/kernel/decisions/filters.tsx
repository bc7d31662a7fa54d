import { X } from "lucide-react"
import type { Schema } from "@/api/client"
import { Button } from "@/ui/button"
import { allChoices, Chips, countedChoices, FacetMenu, SearchBox } from "@/ui/facets"
import { words } from "@/ui/format"
import { VERDICT_KINDS, verdictLabel } from "@/ui/verdict"
import { Ranges } from "./ranges"
import { DECIDERS, type DecisionSearch, filterCount } from "./search"

type Counts = Schema["FacetsView"]

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
        choices={allChoices(VERDICT_KINDS, verdictLabel, counts?.verdict)}
        chosen={search.verdict}
        onChange={(verdict) => onChange({ verdict })}
      />
      <FacetMenu
        label="Action"
        choices={countedChoices(counts?.action, search.action)}
        chosen={search.action}
        onChange={(action) => onChange({ action })}
      />
      <FacetMenu
        label="Decided by"
        choices={allChoices(DECIDERS, words, counts?.decided_by)}
        chosen={search.decided_by}
        onChange={(decided_by) => onChange({ decided_by })}
      />
      <FacetMenu
        label="Kind"
        choices={countedChoices(counts?.kind, search.kind)}
        chosen={search.kind}
        onChange={(kind) => onChange({ kind })}
      />
      <FacetMenu
        label="Component"
        choices={countedChoices(counts?.component, search.component)}
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
