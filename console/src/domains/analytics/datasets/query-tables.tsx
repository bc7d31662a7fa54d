import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { Card } from "@/ui/basics"
import { Input } from "@/ui/field"
import { Scroll } from "@/ui/scroll"
import { Fetched, Loading } from "@/ui/states"
import { choiceQuery, datasetQuery, sourcesQuery } from "./queries"
import { quoted } from "./sql-text"
import { plural, typeWord } from "./words"

const COLUMNS_SHOWN_MAX = 200

/** The tables that a query may name; a press on a name puts it into the query. */
export function QueryTables({ onInsert }: { onInsert: (name: string) => void }) {
  const datasets = useQuery(choiceQuery)
  const sources = useQuery(sourcesQuery)
  const [text, setText] = useState("")
  const like = (name: string) => name.toLowerCase().includes(text.trim().toLowerCase())
  return (
    <Card title="Tables">
      <Input
        type="search"
        aria-label="Search tables"
        placeholder="Search tables…"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Scroll label="Tables to query" className="mt-2 max-h-80 overflow-y-auto">
        <Fetched query={datasets} rows={3}>
          {({ items }) => (
            <Group title="Datasets" none={items.length === 0 ? "None yet." : undefined}>
              {items
                .filter(({ name }) => like(name))
                .map((each) => (
                  <Table
                    key={each.dataset_id}
                    name={each.name}
                    note={plural(each.row_count, "row")}
                    columns={() => <DatasetColumns id={each.dataset_id} onInsert={onInsert} />}
                    onInsert={onInsert}
                  />
                ))}
            </Group>
          )}
        </Fetched>
        <Fetched query={sources} rows={3}>
          {({ items }) => (
            <Group title="The record" none={items.length === 0 ? "Nothing." : undefined}>
              {items
                .filter(({ name }) => like(name))
                .map((each) => (
                  <Table
                    key={each.name}
                    name={each.name}
                    columns={() => <Columns columns={each.columns} onInsert={onInsert} />}
                    onInsert={onInsert}
                  />
                ))}
            </Group>
          )}
        </Fetched>
      </Scroll>
    </Card>
  )
}

function Group({ title, none, children }: { title: string; none?: string; children: React.ReactNode }) {
  return (
    <section className="mb-2">
      <h3 className="py-1 text-xs font-medium text-ink-3">{title}</h3>
      {none ? <p className="text-xs text-ink-3">{none}</p> : <ul>{children}</ul>}
    </section>
  )
}

const NAME = "min-w-0 truncate h-7 rounded px-1 text-left hover:bg-sunken mono text-xs"

function Table({
  name,
  note,
  columns,
  onInsert,
}: {
  name: string
  note?: string
  columns: () => React.ReactNode
  onInsert: (name: string) => void
}) {
  const [open, setOpen] = useState(false)
  return (
    <li>
      <div className="flex items-center gap-1">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`Columns of ${name}`}
          className="grid size-7 shrink-0 place-items-center rounded text-ink-3 hover:bg-sunken"
          onClick={() => setOpen(!open)}
        >
          {open ? "▾" : "▸"}
        </button>
        <button type="button" className={NAME} title={`Insert ${name}`} onClick={() => onInsert(quoted(name))}>
          {name}
        </button>
        {note && <span className="ml-auto shrink-0 text-xs text-ink-3">{note}</span>}
      </div>
      {open && <div className="pl-7">{columns()}</div>}
    </li>
  )
}

function DatasetColumns({ id, onInsert }: { id: string; onInsert: (name: string) => void }) {
  const dataset = useQuery(datasetQuery(id))
  return dataset.data ? <Columns columns={dataset.data.columns} onInsert={onInsert} /> : <Loading rows={2} />
}

function Columns({
  columns,
  onInsert,
}: {
  columns: { name: string; type: string }[]
  onInsert: (name: string) => void
}) {
  return (
    <ul className="mb-1">
      {columns.slice(0, COLUMNS_SHOWN_MAX).map((column) => (
        <li key={column.name} className="flex items-center justify-between gap-2">
          <button
            type="button"
            className={NAME}
            title={`Insert ${column.name}`}
            onClick={() => onInsert(quoted(column.name))}
          >
            {column.name}
          </button>
          <span className="shrink-0 text-xs text-ink-3">{typeWord(column.type).toLowerCase()}</span>
        </li>
      ))}
      {columns.length > COLUMNS_SHOWN_MAX && (
        <li className="px-1 text-xs text-ink-3">and {plural(columns.length - COLUMNS_SHOWN_MAX, "column")} more</li>
      )}
    </ul>
  )
}
