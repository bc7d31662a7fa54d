import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { query, type Schema } from "@/api/client"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { count } from "@/ui/format"
import { Failed } from "@/ui/states"
import { When } from "@/ui/when"

type Run = Schema["RunView"]
const route = getRouteApi("/privacy")

/** What rules erased so far. */
export function RetentionRuns({ titles }: { titles: ReadonlyMap<string, string> }) {
  const { after } = route.useSearch()
  const navigate = route.useNavigate()
  const runs = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/privacy/retention-runs",
      { params: { query: { after } } },
      { placeholderData: keepPreviousData },
    ),
  )
  const columns: Column<Run>[] = [
    { id: "class", header: "Class", cell: (each) => titles.get(each.data_class) ?? each.data_class },
    {
      id: "erased",
      header: "Cases erased",
      align: "right",
      cell: (each) => <span className="num">{count(each.erased)}</span>,
    },
    {
      id: "rows",
      header: "Rows touched",
      align: "right",
      cell: (each) => <span className="num">{count(each.rows)}</span>,
    },
    {
      id: "held",
      header: "Held back",
      align: "right",
      wide: true,
      cell: (each) => <span className="num">{count(each.held)}</span>,
    },
    { id: "before", header: "Ended before", wide: true, cell: (each) => <When at={each.before} /> },
    {
      id: "ran",
      header: "Ran",
      cell: (each) => (each.ended_at ? <When at={each.ended_at} clock="system" /> : "is running"),
    },
  ]
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-[13px] font-semibold">Past runs</h2>
      {runs.error && !runs.data ? (
        <Failed error={runs.error} retry={() => void runs.refetch()} />
      ) : runs.data?.items.length === 0 && !after ? (
        <p className="text-[13px] text-ink-3">No rule has erased anything.</p>
      ) : (
        <DataTable
          label="Past runs of retention"
          columns={columns}
          rows={runs.data?.items}
          rowId={(each) => each.id}
          busy={runs.isPlaceholderData}
          footer={
            (after || runs.data?.next) && (
              <Pager
                shown={runs.data?.items.length ?? 0}
                after={after}
                next={runs.data?.next}
                onPage={(next) => void navigate({ search: (now) => ({ ...now, after: next }) })}
              />
            )
          }
        />
      )}
    </section>
  )
}
