import { useQuery } from "@tanstack/react-query"
import type { Schema } from "@/api/client"
import { useOrganization } from "@/app/session"
import { Button } from "@/ui/button"
import { countedChoices, FacetMenu, SearchBox } from "@/ui/facets"
import { words } from "@/ui/format"
import { type Range, Ranges } from "@/ui/ranges"
import { productsQuery } from "./queries"
import { type ApplicationSearch, filterCount, PRESETS, type Preset, presetOf, presetSearch } from "./search"
import { type State, stateLabel } from "./states"

const PRESET_LABELS: Record<Preset, string> = { waiting: "Waiting for a person", mine: "Mine", all: "All" }

/** Which part of the queue is on show. */
export function Presets({
  search,
  onChange,
}: {
  search: ApplicationSearch
  onChange: (search: ApplicationSearch) => void
}) {
  const chosen = presetOf(search)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would change the layout
    <div role="group" aria-label="Queue" className="inline-flex rounded-control border bg-surface p-0.5 shadow-card">
      {PRESETS.map((preset) => (
        <button
          key={preset}
          type="button"
          aria-pressed={preset === chosen}
          onClick={() => onChange(presetSearch(preset))}
          className="h-7 rounded-[5px] px-2.5 text-[13px] whitespace-nowrap text-ink-2 hover:text-ink aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
        >
          {PRESET_LABELS[preset]}
        </button>
      ))}
    </div>
  )
}

/** Everything applications can be narrowed down by. */
export function ApplicationsFilters({
  search,
  counts,
  onChange,
}: {
  search: ApplicationSearch
  counts: Schema["ApplicationFacets"] | undefined
  onChange: (change: Partial<ApplicationSearch>, typing?: boolean) => void
}) {
  const organization = useOrganization()
  const products = useQuery(productsQuery).data?.items
  const nameOf = (key: string) => products?.find((product) => product.key === key)?.name ?? words(key)
  const ranges: Range<ApplicationSearch>[] = [
    {
      low: "min_amount",
      high: "max_amount",
      labels: [`Amount from (${organization?.currency ?? ""})`, "to"],
      as: "number",
    },
    { low: "min_term", high: "max_term", labels: ["Term from (months)", "to"], as: "number" },
    { low: "min_confidence", high: "max_confidence", labels: ["Confidence from (%)", "to (%)"], as: "share" },
    { low: "since", high: "until", labels: ["Submitted since", "until, that day included"], as: "day" },
  ]
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchBox
        label="Search applications"
        placeholder="Reference or id…"
        value={search.q}
        onChange={(q) => onChange({ q }, true)}
      />
      <FacetMenu
        label="State"
        choices={countedChoices(counts?.states, search.state, (state) => stateLabel(state as State))}
        chosen={search.state}
        onChange={(state) => onChange({ state: state as State[] | undefined })}
      />
      <FacetMenu
        label="Product"
        choices={countedChoices(counts?.products, search.product, nameOf)}
        chosen={search.product}
        onChange={(product) => onChange({ product })}
      />
      <FacetMenu
        label="Purpose"
        choices={countedChoices(counts?.purposes, search.purpose)}
        chosen={search.purpose}
        onChange={(purpose) => onChange({ purpose })}
      />
      <Ranges
        label="Range of amount, term, confidence and time"
        ranges={ranges}
        note={`Days of business time, ${organization?.time_zone}.`}
        search={search}
        onChange={onChange}
      />
      {filterCount(search) > 0 && (
        <Button variant="ghost" onClick={() => onChange(NOTHING)}>
          Clear filters
        </Button>
      )}
    </div>
  )
}

const NOTHING: Partial<ApplicationSearch> = {
  state: undefined,
  product: undefined,
  purpose: undefined,
  min_amount: undefined,
  max_amount: undefined,
  min_term: undefined,
  max_term: undefined,
  min_confidence: undefined,
  max_confidence: undefined,
  since: undefined,
  until: undefined,
  q: undefined,
}
