import { useQuery } from "@tanstack/react-query"
import { X } from "lucide-react"
import type { Schema } from "@/api/client"
import { severityLabel } from "@/kernel/alerts/severity"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { allChoices, Chips, countedChoices, FacetMenu } from "@/ui/facets"
import { Select } from "@/ui/field"
import { count } from "@/ui/format"
import { type Range, Ranges } from "@/ui/ranges"
import { sourcesQuery } from "./queries"
import { type AnomaliesSearch, isFiltered, NO_FILTER, SEVERITIES, STANDINGS, statesOf } from "./search"
import { STANDING_WORDS } from "./words"

interface Props {
  search: AnomaliesSearch
  counts: Schema["AnomalyFacets"] | undefined
  onChange: (change: Partial<AnomaliesSearch>) => void
}

const ALL = ["open", ...STANDINGS] as const
const DAYS: Range<AnomaliesSearch>[] = [{ low: "from", high: "to", labels: ["Began on or after", "Until"], as: "day" }]

/** Which anomalies: by where they stand. Open are also those that somebody has. */
export function StateBar({ search, counts, onChange }: Props) {
  const of = (standing: string) => {
    const states = statesOf(standing)
    return counts?.states.reduce(
      (sum, { value, count: many }) => sum + (!states || states.some((each) => each === value) ? many : 0),
      0,
    )
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would change the layout
    <div role="group" aria-label="State" className="flex flex-wrap gap-1">
      {ALL.map((standing) => {
        const isOn = (search.state ?? "open") === standing
        const many = of(standing)
        return (
          <button
            key={standing}
            type="button"
            aria-pressed={isOn}
            onClick={() => onChange({ state: standing === "open" ? undefined : standing })}
            className="inline-flex h-8 items-center gap-1.5 rounded-control px-2.5 text-[13px] font-medium whitespace-nowrap text-ink-2 hover:bg-sunken hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent"
          >
            {STANDING_WORDS[standing]}
            {many !== undefined && (
              <span className={cn("num text-xs", isOn ? "text-accent" : "text-ink-3")}>{count(many)}</span>
            )}
          </button>
        )
      })}
    </div>
  )
}

/** What the anomalies are narrowed down by, each with its count. */
export function Filters({ search, counts, onChange }: Props) {
  const sources = useQuery(sourcesQuery).data?.items
  const nameOf = (source: string) => sources?.find((each) => each.data_source === source)?.name ?? source
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Chips
        label="Severity"
        choices={allChoices(SEVERITIES, severityLabel, counts?.severities)}
        chosen={search.severity}
        onChange={(severity) => onChange({ severity })}
      />
      <FacetMenu
        label="Figure"
        choices={countedChoices(counts?.data_sources, search.source, nameOf)}
        chosen={search.source}
        onChange={(source) => onChange({ source })}
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
      <Ranges
        label="When it began"
        ranges={DAYS}
        search={search}
        onChange={onChange}
        note="Days of the organisation; both included."
      />
      {isFiltered(search) && (
        <Button variant="ghost" onClick={() => onChange(NO_FILTER)}>
          <X aria-hidden /> Clear filters
        </Button>
      )}
    </div>
  )
}
