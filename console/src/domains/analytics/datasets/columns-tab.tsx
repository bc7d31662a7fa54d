import { SearchX, TriangleAlert } from "lucide-react"
import { useState } from "react"
import { Button } from "@/ui/button"
import { SearchBox } from "@/ui/facets"
import { count, percent } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Empty } from "@/ui/states"
import { Distribution } from "./distribution"
import type { Column, Dataset } from "./queries"
import { datasetRoute } from "./routes"
import { warningsOf } from "./warnings"
import { figure, typeWord } from "./words"

const STEP = 100
const HEAD = "px-3 py-1.5 font-medium whitespace-nowrap"

/** What each column holds: its type, gaps, spread, and what to mind. */
export function ColumnsTab({ dataset }: { dataset: Dataset }) {
  const { q } = datasetRoute.useSearch()
  const navigate = datasetRoute.useNavigate()
  const [shown, setShown] = useState(STEP)
  const search = (text: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, q: text }), replace: true })
  const found = q ? dataset.columns.filter(({ name }) => name.toLowerCase().includes(q.toLowerCase())) : dataset.columns
  return (
    <div className="flex flex-col gap-3">
      <SearchBox label="Search columns" placeholder="Name of a column…" value={q} onChange={search} />
      <div className="card overflow-hidden">
        {found.length === 0 ? (
          <Empty
            icon={<SearchX />}
            title="No column is called that"
            action={<Button onClick={() => search(undefined)}>Show all columns</Button>}
          />
        ) : (
          <Scroll label="Columns of the dataset" className="overflow-x-auto">
            <table className="w-full text-[13px]">
              <caption className="sr-only">Columns of {dataset.name}</caption>
              <thead>
                <tr className="border-b bg-sunken/60 text-left text-xs text-ink-3">
                  <th scope="col" className={HEAD}>
                    Column
                  </th>
                  <th scope="col" className={HEAD}>
                    Type
                  </th>
                  <th scope="col" className={`${HEAD} text-right`}>
                    Missing
                  </th>
                  <th scope="col" className={`${HEAD} text-right`}>
                    Distinct
                  </th>
                  <th scope="col" className={`${HEAD} text-right`}>
                    Mean
                  </th>
                  <th scope="col" className={HEAD}>
                    Distribution
                  </th>
                </tr>
              </thead>
              <tbody>
                {found.slice(0, shown).map((column) => (
                  <Row key={column.name} column={column} rows={dataset.row_count} />
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
        {found.length > shown && (
          <div className="flex items-center justify-between border-t px-3 py-2 text-xs text-ink-3">
            {count(shown)} of {count(found.length)} columns
            <Button size="sm" onClick={() => setShown(shown + STEP)}>
              Show more
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

function Row({ column, rows }: { column: Column; rows: number }) {
  const warnings = warningsOf(column)
  return (
    <tr className="border-b align-top last:border-0">
      <th scope="row" className="max-w-80 min-w-40 px-3 py-2 text-left font-normal">
        <span className="font-medium break-all">{column.name}</span>
        {warnings.map((warning) => (
          <span key={warning} className="mt-0.5 flex items-start gap-1 text-xs text-review">
            <TriangleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
            {warning}
          </span>
        ))}
      </th>
      <td className="px-3 py-2 whitespace-nowrap text-ink-2">{typeWord(column.type)}</td>
      <td className={`num px-3 py-2 text-right ${column.missing ? "" : "text-ink-3"}`}>
        {column.missing > 0 && column.missing < 0.001 ? "< 0.1%" : percent(column.missing, 1)}
      </td>
      <td className="num px-3 py-2 text-right">{count(column.distinct)}</td>
      <td className="num px-3 py-2 text-right text-ink-2">
        {column.type === "numeric" && column.mean != null ? figure(column.mean) : "–"}
      </td>
      <td className="px-3 py-2">
        <Distribution column={column} rows={rows} />
      </td>
    </tr>
  )
}
