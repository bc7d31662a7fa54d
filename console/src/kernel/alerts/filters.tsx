import { X } from "lucide-react"
import type { Schema } from "@/api/client"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { allChoices, Chips, countedChoices, FacetMenu } from "@/ui/facets"
import { Select } from "@/ui/field"
import { count, words } from "@/ui/format"
import { type AlertSearch, GROUPINGS, isFiltered, KINDS, SEVERITIES, STANDINGS, UNFILTERED } from "./search"
import { severityLabel } from "./severity"

type Counts = Schema["AlertFacets"]
interface Props {
  search: AlertSearch
  onChange: (change: Partial<AlertSearch>) => void
}

const LABELS = {
  open: "Open",
  acknowledged: "Acknowledged",
  snoozed: "Snoozed",
  resolved: "Resolved",
  cleared: "Cleared",
} satisfies Record<(typeof STANDINGS)[number], string>

/** Which alerts: by where they stand. Open are also those that were acknowledged. */
export function StateBar({ search, onChange, counts }: Props & { counts: Counts | undefined }) {
  const of = (state: string) => counts?.state.find(({ value }) => value === state)?.count ?? 0
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would change the layout
    <div role="group" aria-label="State" className="flex gap-1 overflow-x-auto border-b">
      {STANDINGS.map((state) => (
        <button
          key={state}
          type="button"
          aria-pressed={(search.state ?? "open") === state}
          onClick={() => onChange({ state: state === "open" ? undefined : state })}
          className="-mb-px inline-flex h-9 items-center gap-1.5 border-b-2 border-transparent px-3 text-[13px] font-medium whitespace-nowrap text-ink-2 hover:text-ink aria-pressed:border-accent aria-pressed:text-accent"
        >
          {LABELS[state]}
          {counts && (
            <span className={cn("num text-xs text-ink-3", (search.state ?? "open") === state && "text-accent")}>
              {count(state === "open" ? of("open") + of("acknowledged") : of(state))}
            </span>
          )}
        </button>
      ))}
    </div>
  )
}

/** What the alerts are narrowed down by, each with its count. */
export function Filters({ search, onChange, counts }: Props & { counts: Counts | undefined }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Chips
        label="Severity"
        choices={allChoices(SEVERITIES, severityLabel, counts?.severity)}
        chosen={search.severity}
        onChange={(severity) => onChange({ severity })}
      />
      <FacetMenu
        label="Kind"
        choices={allChoices(KINDS, words, counts?.kind)}
        chosen={search.kind}
        onChange={(kind) => onChange({ kind })}
      />
      <FacetMenu
        label="Cause"
        choices={countedChoices(counts?.cause, search.cause ? [search.cause] : [])}
        chosen={search.cause ? [search.cause] : []}
        onChange={(causes) => onChange({ cause: causes?.at(-1) })}
      />
      <span className="w-36">
        <Select
          aria-label="Assignee"
          value={search.assignee ?? ""}
          onChange={(event) => onChange({ assignee: event.target.value || undefined })}
        >
          <option value="">Anybody's</option>
          <option value="me">Mine</option>
          <option value="none">Nobody's</option>
          {search.assignee && search.assignee.length > 4 && <option value={search.assignee}>One member's</option>}
        </Select>
      </span>
      <span className="w-44">
        <Select
          aria-label="Group by"
          value={search.group ?? ""}
          onChange={(event) => onChange({ group: GROUPINGS.find((each) => each === event.target.value) })}
        >
          <option value="">One list</option>
          {GROUPINGS.map((each) => (
            <option key={each} value={each}>
              Grouped by {each}
            </option>
          ))}
        </Select>
      </span>
      {search.component && (
        <Button onClick={() => onChange({ component: undefined })}>
          Component {search.component} <X aria-label="Any component" />
        </Button>
      )}
      {isFiltered(search) && (
        <Button variant="ghost" onClick={() => onChange(UNFILTERED)}>
          <X aria-hidden /> Clear filters
        </Button>
      )}
    </div>
  )
}
