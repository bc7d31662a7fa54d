import { useQuery } from "@tanstack/react-query"
import { Pager } from "@/ui/data-table"
import { count } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { Cells } from "./cells"
import { type Dataset, rowsQuery } from "./queries"
import { datasetRoute } from "./routes"
import { plural } from "./words"

/** The rows as they are kept, page by page. */
export function RowsTab({ dataset }: { dataset: Dataset }) {
  const { after } = datasetRoute.useSearch()
  const navigate = datasetRoute.useNavigate()
  const page = useQuery(rowsQuery(dataset.dataset_id, after))
  const types = new Map(dataset.columns.map((column) => [column.name, column.type]))
  return (
    <Fetched query={page}>
      {({ columns, rows, row_count, next }) => (
        <div className="card overflow-hidden" aria-busy={page.isPlaceholderData || undefined}>
          <Cells
            label={`Rows of ${dataset.name}`}
            columns={columns.map((name) => ({ name, type: types.get(name) ?? "text" }))}
            rows={rows}
            from={(page.isPlaceholderData ? 0 : (after ?? 0)) + 1}
            className="max-h-[70dvh]"
          />
          {dataset.column_count > columns.length && (
            <p className="border-t px-3 py-2 text-xs text-ink-3">
              The first {count(columns.length)} of {plural(dataset.column_count, "column")}; the export has all.
            </p>
          )}
          <Pager
            shown={rows.length}
            total={count(row_count)}
            after={after === undefined ? undefined : String(after)}
            next={next}
            onPage={(to) =>
              void navigate({ search: (before) => ({ ...before, after: to === undefined ? undefined : Number(to) }) })
            }
          />
        </div>
      )}
    </Fetched>
  )
}
