import type { ReactNode } from "react"
import { useOrganization } from "@/app/session"
import { Button } from "@/ui/button"
import { SearchBox } from "@/ui/facets"
import { Select } from "@/ui/field"
import { type Range, Ranges } from "@/ui/ranges"
import { FAMILIES } from "./acts"
import { type AuditSearch, isFiltered, NO_FILTER } from "./search"

const RANGES: Range<AuditSearch>[] = [
  { low: "since", high: "until", labels: ["Written since", "until, that day included"], as: "day" },
]

/** Everything the log can be narrowed down by. */
export function EntryFilters({
  search,
  onChange,
  children,
}: {
  search: AuditSearch
  onChange: (change: Partial<AuditSearch>, typing?: boolean) => void
  children?: ReactNode
}) {
  const organization = useOrganization()
  const other = search.act !== undefined && !FAMILIES.some(([prefix]) => prefix === search.act)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchBox
        label="Search the log"
        placeholder="Any words…"
        value={search.q}
        onChange={(q) => onChange({ q }, true)}
      />
      <span className="w-full sm:w-48">
        <Select
          aria-label="Act"
          value={search.act ?? ""}
          onChange={(event) => onChange({ act: event.target.value || undefined })}
        >
          <option value="">Every act</option>
          {FAMILIES.map(([prefix, label]) => (
            <option key={prefix} value={prefix}>
              {label}
            </option>
          ))}
          {other && <option value={search.act}>{search.act}</option>}
        </Select>
      </span>
      <SearchBox
        label="Actor"
        placeholder="Actor: user:ann@example.org"
        value={search.actor}
        onChange={(actor) => onChange({ actor }, true)}
      />
      <SearchBox
        label="Subject"
        placeholder="Subject: decision:… or policy:"
        value={search.subject}
        onChange={(subject) => onChange({ subject }, true)}
      />
      <Ranges
        label="When it was written"
        ranges={RANGES}
        note={`Days on the clock on the wall, ${organization?.time_zone ?? "UTC"}.`}
        search={search}
        onChange={onChange}
      />
      {isFiltered(search) && (
        <Button variant="ghost" onClick={() => onChange(NO_FILTER)}>
          Clear filters
        </Button>
      )}
      {children}
    </div>
  )
}
