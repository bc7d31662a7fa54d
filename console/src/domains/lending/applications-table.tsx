import { Link } from "@tanstack/react-router"
import { FileText, SearchX } from "lucide-react"
import type { ReactNode } from "react"
import { Button } from "@/ui/button"
import { type Column, DataTable } from "@/ui/data-table"
import { actor, words } from "@/ui/format"
import { Empty } from "@/ui/states"
import { Confidence } from "@/ui/verdict"
import { Money, When } from "@/ui/when"
import type { ApplicationRow } from "./queries"
import { ApplicationState } from "./states"

const COLUMNS: (Column<ApplicationRow> & { beside?: false })[] = [
  { id: "state", header: "State", cell: (row) => <ApplicationState state={row.state} /> },
  {
    id: "reference",
    header: "Application",
    cell: (row) => (
      <span className="block max-w-72 leading-4">
        <Link
          to="/applications/$applicationId"
          params={{ applicationId: row.id }}
          className="block truncate font-medium hover:underline"
        >
          {row.reference}
        </Link>
        <span className="hidden truncate text-xs text-ink-3 sm:block">{row.summary}</span>
      </span>
    ),
  },
  {
    id: "amount",
    header: "Amount",
    sort: "amount",
    align: "right",
    cell: (row) => <Money value={row.amount} currency={row.currency} />,
  },
  {
    id: "term",
    header: "Term",
    align: "right",
    cell: (row) => <span className="num">{row.term_months === null ? "–" : `${row.term_months} mo.`}</span>,
    wide: true,
  },
  {
    id: "purpose",
    header: "Purpose",
    cell: (row) => (row.purpose ? words(row.purpose) : <span className="text-ink-3">–</span>),
    wide: true,
    beside: false,
  },
  {
    id: "confidence",
    header: "Confidence",
    cell: (row) => <Confidence value={row.confidence} />,
    wide: true,
    beside: false,
  },
  {
    id: "due_at",
    header: "Answer due",
    cell: (row) => (row.approval ? <When at={row.approval.due_at} /> : <span className="text-ink-3">–</span>),
    wide: true,
  },
  {
    id: "decided_by",
    header: "Decided by",
    cell: (row) => <span className="text-ink-2">{row.decided_by ? actor(row.decided_by) : "–"}</span>,
    wide: true,
    beside: false,
  },
  {
    id: "submitted_at",
    header: "Submitted",
    sort: "submitted_at",
    align: "right",
    cell: (row) => <When at={row.submitted_at} />,
    wide: true,
    beside: false,
  },
]

/** A page of applications; beside an open panel it leaves out what the panel shows. */
export function ApplicationsTable({
  rows,
  narrow,
  onClear,
  waiting,
  ...table
}: {
  rows: ApplicationRow[] | undefined
  busy: boolean
  narrow: boolean
  /** Whether only what waits for a person is on show. */
  waiting: boolean
  sort: string
  onSort: (sort: string) => void
  current: string | undefined
  onCurrent: (row: ApplicationRow) => void
  onOpen: (row: ApplicationRow) => void
  /** How to show everything; null where nothing is filtered. */
  onClear: (() => void) | null
  footer: ReactNode
}) {
  return (
    <DataTable
      {...table}
      label="Applications"
      columns={narrow ? COLUMNS.filter((column) => column.beside !== false) : COLUMNS}
      rows={rows}
      rowId={(row) => row.id}
      empty={
        <Empty
          icon={onClear ? <SearchX /> : <FileText />}
          title={
            waiting && onClear
              ? "Nothing waits for a person"
              : onClear
                ? "No application is like that"
                : "No application came in yet"
          }
          action={onClear && <Button onClick={onClear}>Show all applications</Button>}
        >
          {onClear
            ? "Widen the range or take a filter away."
            : "They appear here as soon as somebody applies; try one with “New application”."}
        </Empty>
      }
    />
  )
}
