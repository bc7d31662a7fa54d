import { Link } from "@tanstack/react-router"
import { EyeOff, SearchX } from "lucide-react"
import type { ReactNode } from "react"
import { Button } from "@/ui/button"
import { type Column, DataTable } from "@/ui/data-table"
import { actor, words } from "@/ui/format"
import { Empty } from "@/ui/states"
import { Confidence, Verdict } from "@/ui/verdict"
import { Money, When } from "@/ui/when"
import type { DecisionRow } from "./queries"

const nameOf = (row: DecisionRow) => row.reference ?? row.id.slice(0, 8)

const COLUMNS: (Column<DecisionRow> & { beside?: false })[] = [
  { id: "verdict", header: "Verdict", cell: (row) => <Verdict verdict={row.verdict} /> },
  {
    id: "case",
    header: "Case",
    cell: (row) => (
      <span className="block max-w-80 leading-4">
        <Link
          to="/decisions/$decisionId"
          params={{ decisionId: row.id }}
          className="block truncate font-medium hover:underline"
        >
          {nameOf(row)}
        </Link>
        <span className="hidden truncate text-xs text-ink-3 sm:block">
          {row.concealed ? (
            <>
              <EyeOff aria-hidden className="mr-1 inline size-3 align-[-1px]" />
              Judged blind: the proposal is not shown yet
            </>
          ) : (
            row.summary
          )}
        </span>
      </span>
    ),
  },
  {
    id: "action",
    header: "Action",
    cell: (row) => (row.action ? words(row.action) : <span className="text-ink-3">–</span>),
    wide: true,
    beside: false,
  },
  {
    id: "confidence",
    header: "Confidence",
    sort: "confidence",
    cell: (row) => <Confidence value={row.confidence} />,
    wide: true,
  },
  {
    id: "amount",
    header: "Amount",
    sort: "amount",
    align: "right",
    cell: (row) => <Money value={row.amount} />,
  },
  {
    id: "decided_by",
    header: "Decided by",
    cell: (row) => <span className="text-ink-2">{row.concealed ? "–" : actor(row.decided_by)}</span>,
    wide: true,
    beside: false,
  },
  {
    id: "decided_at",
    header: "When",
    sort: "decided_at",
    align: "right",
    cell: (row) => <When at={row.decided_at} />,
    wide: true,
  },
]

/** A page of decisions; beside an open panel it leaves out what the panel shows. */
export function DecisionsTable({
  rows,
  busy,
  narrow,
  sort,
  onSort,
  current,
  onCurrent,
  onOpen,
  onClear,
  footer,
}: {
  rows: DecisionRow[] | undefined
  busy: boolean
  narrow: boolean
  sort: string
  onSort: (sort: string) => void
  current: string | undefined
  onCurrent: (row: DecisionRow) => void
  onOpen: (row: DecisionRow) => void
  /** How to show everything; null where nothing is filtered. */
  onClear: (() => void) | null
  footer: ReactNode
}) {
  return (
    <DataTable
      label="Decisions"
      columns={narrow ? COLUMNS.filter((column) => column.beside !== false) : COLUMNS}
      rows={rows}
      rowId={(row) => row.id}
      busy={busy}
      sort={sort}
      onSort={onSort}
      current={current}
      onCurrent={onCurrent}
      onOpen={onOpen}
      empty={
        onClear ? (
          <Empty
            icon={<SearchX />}
            title="No decision is like that"
            action={<Button onClick={onClear}>Clear filters</Button>}
          >
            Widen the range or take a filter away.
          </Empty>
        ) : (
          <Empty
            icon={<SearchX />}
            title="Nothing has been decided yet"
            action={
              <Button asChild>
                <Link to="/admin/autonomous-business">Go to the overview</Link>
              </Button>
            }
          >
            Decisions appear here as soon as the business runs and a case comes in.
          </Empty>
        )
      }
      footer={footer}
    />
  )
}
