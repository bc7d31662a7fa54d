import { useQuery } from "@tanstack/react-query"
import { Download } from "lucide-react"
import { useState } from "react"
import { query, type Schema } from "@/api/client"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable } from "@/ui/data-table"
import { csv, download } from "@/ui/download"
import { Chips } from "@/ui/facets"
import { count, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { erasingLabel } from "./state"

type Table = Schema["DeclaredTable"]
const CATEGORIES = ["identity", "contact", "financial", "decision", "correspondence", "technical"] as const

const COLUMNS: Column<Table>[] = [
  {
    id: "what",
    header: "What is held",
    cell: (each) => (
      <div className="py-1.5 whitespace-normal">
        {each.what}
        <span className="mono block text-2xs text-ink-3">{each.table}</span>
      </div>
    ),
  },
  { id: "category", header: "Kind", cell: (each) => words(each.category) },
  { id: "owner", header: "Kept by", wide: true, cell: (each) => words(each.owner) },
  {
    id: "erasing",
    header: "When a person is erased",
    cell: (each) => (
      <div className="max-w-96 py-1.5 whitespace-normal">
        {erasingLabel(each.erasing)}
        {each.why && <span className="block text-xs text-ink-3">{each.why}</span>}
      </div>
    ),
  },
]

/** Where data about people lies, as those who keep it declare it. */
export function DataMapTab() {
  const [category, setCategory] = useState<(typeof CATEGORIES)[number] | null>(null)
  const map = useQuery(query.queryOptions("get", "/api/v1/privacy/data-map", {}, { staleTime: 60_000 }))
  return (
    <Fetched query={map}>
      {({ personal, free }) => (
        <div className="flex flex-col gap-4">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <Chips
              label="Kind"
              choices={CATEGORIES.map((value) => ({
                value,
                label: words(value),
                count: personal.filter((each) => each.category === value).length,
              }))}
              chosen={category ? [category] : []}
              onChange={(next) => setCategory(next?.find((each) => each !== category) ?? null)}
            />
            <Button onClick={() => save(personal)}>
              <Download aria-hidden /> Download as CSV
            </Button>
          </div>
          <DataTable
            label="Tables with data about people"
            columns={COLUMNS}
            rows={personal.filter((each) => !category || each.category === category)}
            rowId={(each) => each.table}
          />
          <Card title={`Tables without data about your customers: ${count(free.length)}`}>
            <dl className="grid gap-x-6 gap-y-2 text-[13px] md:grid-cols-2">
              {free.map((each) => (
                <div key={each.table}>
                  <dt className="mono text-xs">{each.table}</dt>
                  <dd className="text-xs text-ink-3">{each.why}</dd>
                </div>
              ))}
            </dl>
          </Card>
        </div>
      )}
    </Fetched>
  )
}

const save = (tables: Table[]) =>
  download(
    "data-map.csv",
    csv(
      ["table", "what", "kind", "kept by", "when a person is erased", "why"],
      tables.map((each) => [each.table, each.what, each.category, each.owner, erasingLabel(each.erasing), each.why]),
    ),
    "text/csv",
  )
