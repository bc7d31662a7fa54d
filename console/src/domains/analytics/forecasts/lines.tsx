import { SearchX } from "lucide-react"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { SearchBox } from "@/ui/facets"
import { count } from "@/ui/format"
import { Empty } from "@/ui/states"
import type { Forecast, SeriesLine } from "./queries"
import { forecastRoute } from "./routes"

/** The lines of a forecast (series, items or customers), the most important first, searched and paged. */
export function Lines({
  forecast,
  label,
  columns,
  chosen,
  onLook,
}: {
  forecast: Forecast
  label: string
  columns: Column<SeriesLine>[]
  chosen: number | undefined
  onLook: (series: number) => void
}) {
  const search = forecastRoute.useSearch()
  const navigate = forecastRoute.useNavigate()
  const find = (q: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, q, after: undefined }), replace: true, resetScroll: false })
  const { items, found, next } = forecast.series
  return (
    <section className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-[13px] font-semibold">{label}</h2>
        <SearchBox label={`Search ${label.toLowerCase()}`} placeholder="Name…" value={search.q} onChange={find} />
      </div>
      <DataTable
        label={label}
        columns={columns}
        rows={items}
        rowId={(row) => String(row.number)}
        current={chosen === undefined ? undefined : String(chosen)}
        onCurrent={(row) => onLook(row.number)}
        empty={
          <Empty
            icon={<SearchX />}
            title="Nothing is called that"
            action={search.q && <Button onClick={() => find(undefined)}>Show all</Button>}
          />
        }
        footer={
          <Pager
            shown={items.length}
            total={count(found)}
            after={search.after === undefined ? undefined : String(search.after)}
            next={next}
            onPage={(to) =>
              void navigate({
                search: (before) => ({ ...before, after: to === undefined ? undefined : Number(to) }),
                resetScroll: false,
              })
            }
          />
        }
      />
    </section>
  )
}

/** A press on a name looks at it. */
export const LookAt = ({ line, onLook }: { line: SeriesLine; onLook: (series: number) => void }) => (
  <button
    type="button"
    className="block min-h-6 max-w-72 truncate text-left font-medium hover:underline"
    onClick={() => onLook(line.number)}
  >
    {line.name}
  </button>
)
