import { useQuery } from "@tanstack/react-query"
import type { Schema } from "@/api/client"
import { Button } from "@/ui/button"
import { allChoices, Chips, countedChoices, FacetMenu, SearchBox } from "@/ui/facets"
import { words } from "@/ui/format"
import { bucketLabel } from "../loans/states"
import { productsQuery } from "../queries"
import { NEXT, type QueueSearch, queueFilterCount, STEPS, type Step } from "./search"
import { nextLabel, stepLabel } from "./words"

const NOTHING: Partial<QueueSearch> = {
  bucket: undefined,
  next: undefined,
  action: undefined,
  product: undefined,
  assignee: undefined,
  q: undefined,
}

/** Everything the queue can be narrowed down by. */
export function QueueFilters({
  search,
  counts,
  onChange,
}: {
  search: QueueSearch
  counts: Schema["QueueFacets"] | undefined
  onChange: (change: Partial<QueueSearch>, typing?: boolean) => void
}) {
  const products = useQuery(productsQuery).data?.items
  const nameOf = (key: string) => products?.find((product) => product.key === key)?.name ?? words(key)
  const known = counts?.actions.filter(({ value }) => value !== "none")
  const buckets = counts?.buckets.toSorted((one, other) => Number(one.value) - Number(other.value))
  return (
    <div className="flex flex-col gap-2">
      <Chips
        label="What is next"
        choices={allChoices(NEXT, nextLabel, counts?.next)}
        chosen={search.next}
        onChange={(next) => onChange({ next })}
      />
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label="Search the queue"
          placeholder="Borrower or reference…"
          value={search.q}
          onChange={(q) => onChange({ q }, true)}
        />
        <FacetMenu
          label="Days past due"
          choices={countedChoices(buckets, search.bucket, bucketLabel)}
          chosen={search.bucket}
          onChange={(bucket) => onChange({ bucket })}
        />
        <FacetMenu
          label="Step"
          choices={allChoices(STEPS, stepLabel, known)}
          chosen={search.action}
          onChange={(action) => onChange({ action: action as Step[] | undefined })}
        />
        <FacetMenu
          label="Product"
          choices={countedChoices(counts?.products, search.product, nameOf)}
          chosen={search.product}
          onChange={(product) => onChange({ product })}
        />
        <Chips
          label="Whose"
          choices={[
            { value: "me", label: "Mine" },
            { value: "none", label: "Nobody's" },
          ]}
          chosen={search.assignee ? [search.assignee] : []}
          onChange={(chosen) =>
            onChange({ assignee: chosen?.find((each) => each !== search.assignee) as QueueSearch["assignee"] })
          }
        />
        {queueFilterCount(search) > 0 && (
          <Button variant="ghost" onClick={() => onChange(NOTHING)}>
            Clear filters
          </Button>
        )}
      </div>
    </div>
  )
}
