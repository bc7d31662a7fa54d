import { Link } from "@tanstack/react-router"
import { PartyPopper, SearchX } from "lucide-react"
import type { ReactNode } from "react"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable } from "@/ui/data-table"
import { Empty } from "@/ui/states"
import { When } from "@/ui/when"
import { Amount } from "../loans/amounts"
import { DaysPastDue } from "../loans/states"
import { dayText } from "../terms/days"
import type { QueueRow } from "./queries"
import { CHANNELS, NextBadge, OUTCOMES, stepLabel } from "./words"

const columnsFor = (highest: number): (Column<QueueRow> & { beside?: false })[] => [
  {
    id: "borrower",
    header: "Borrower",
    cell: (row) => (
      <span className="block max-w-56 leading-4">
        <Link
          to="/loans/$loanId"
          params={{ loanId: row.loan_id }}
          className="block truncate font-medium hover:underline"
        >
          {row.borrower}
        </Link>
        <span className="num block truncate text-xs text-ink-3">{row.reference}</span>
      </span>
    ),
  },
  {
    id: "days_past_due",
    header: "Past due",
    sort: "days_past_due",
    cell: (row) => <DaysPastDue days={row.days_past_due} />,
  },
  {
    id: "arrears",
    header: "Overdue",
    sort: "arrears",
    align: "right",
    cell: (row) => <Amount value={row.arrears} currency={row.currency} />,
  },
  {
    id: "priority",
    header: "Priority",
    sort: "priority",
    cell: (row) => <Priority value={Number(row.priority)} highest={highest} />,
    wide: true,
    beside: false,
  },
  { id: "next", header: "Next", cell: (row) => <Next row={row} />, wide: true },
  {
    id: "promise",
    header: "Promise",
    cell: (row) =>
      row.promise ? (
        <span className="leading-4">
          <Amount value={row.promise.amount} currency={row.currency} className="block" />
          <span className="block text-xs text-ink-3">by {dayText(row.promise.due_on)}</span>
        </span>
      ) : (
        <Dash />
      ),
    wide: true,
    beside: false,
  },
  {
    id: "last",
    header: "Last contact",
    cell: (row) => <LastContact row={row} />,
    wide: true,
    beside: false,
  },
  {
    id: "assignee",
    header: "Whose",
    cell: (row) => row.assignee_name ?? (row.assignee ? "A colleague" : <Dash />),
    wide: true,
    beside: false,
  },
]

const Dash = () => <span className="text-ink-3">–</span>

/** How pressing a loan is beside the most pressing one on the page. */
function Priority({ value, highest }: { value: number; highest: number }) {
  const share = highest > 0 ? Math.sqrt(value / highest) : 0
  return (
    <span className="flex items-center gap-2" title={`${Math.round(value).toLocaleString()}: expected loss × days`}>
      <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-sunken">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${Math.max(4, share * 100)}%` }} />
      </span>
      <span className="sr-only">{Math.round(value).toLocaleString()}</span>
    </span>
  )
}

function Next({ row }: { row: QueueRow }) {
  if (row.step)
    return (
      <span className="flex items-center gap-2">
        <NextBadge next="planned">{stepLabel(row.step.action)}</NextBadge>
        <When at={row.step.planned_for} className="text-xs" />
      </span>
    )
  if (row.question)
    return (
      <span className="flex items-center gap-2">
        <NextBadge next="asked">
          {row.question.action ? `${stepLabel(row.question.action)}?` : "To be judged"}
        </NextBadge>
        <Link to="/approvals" search={{ id: row.question.id }} className="text-xs text-accent hover:underline">
          Answer
          <span className="sr-only"> the question about {row.borrower}</span>
        </Link>
      </span>
    )
  return (
    <span className="flex items-center gap-1.5">
      {row.hardship ? (
        <NextBadge next="relief">
          {row.hardship === "asked"
            ? "Relief asked for"
            : `Relief until ${row.hardship_until ? dayText(row.hardship_until) : "further notice"}`}
        </NextBadge>
      ) : row.next === "none" ? (
        <span className="text-ink-3">Nothing planned</span>
      ) : (
        <NextBadge next={row.next} />
      )}
      {row.disputed && <Badge tone="warn">Disputed</Badge>}
    </span>
  )
}

function LastContact({ row: { last_contact } }: { row: QueueRow }) {
  if (!last_contact) return <Dash />
  const { action, channel, outcome, at } = last_contact
  return (
    <span className="block leading-4">
      <span className="block truncate">{outcome ? OUTCOMES[outcome] : stepLabel(action)}</span>
      <span className="block truncate text-xs text-ink-3">
        {channel ? `By ${CHANNELS[channel]}` : stepLabel(action)}, <When at={at} />
      </span>
    </span>
  )
}

/** A page of loans in arrears; beside an open panel it leaves out what the panel shows. */
export function QueueTable({
  rows,
  narrow,
  onClear,
  ...table
}: {
  rows: QueueRow[] | undefined
  busy: boolean
  narrow: boolean
  sort: string
  onSort: (sort: string) => void
  current: string | undefined
  onCurrent: (row: QueueRow) => void
  onOpen: (row: QueueRow) => void
  /** How to show everything; null where nothing is filtered. */
  onClear: (() => void) | null
  footer: ReactNode
}) {
  const columns = columnsFor(Math.max(...(rows ?? []).map((row) => Number(row.priority)), 0))
  return (
    <DataTable
      {...table}
      label="Loans in arrears"
      columns={narrow ? columns.filter((column) => column.beside !== false) : columns}
      rows={rows}
      rowId={(row) => row.loan_id}
      empty={
        <Empty
          icon={onClear ? <SearchX /> : <PartyPopper />}
          title={onClear ? "No loan in arrears is like that" : "Nobody is late"}
          action={
            onClear ? (
              <Button onClick={onClear}>Show the whole queue</Button>
            ) : (
              <Button asChild>
                <Link to="/loans">See all loans</Link>
              </Button>
            )
          }
        >
          {onClear
            ? "Take a filter away."
            : "Loans come here at the end of the day on which an instalment was not paid."}
        </Empty>
      }
    />
  )
}
