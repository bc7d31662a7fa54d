import { Link } from "@tanstack/react-router"
import { Landmark, SearchX } from "lucide-react"
import type { ReactNode } from "react"
import { Button } from "@/ui/button"
import { type Column, DataTable } from "@/ui/data-table"
import { Empty } from "@/ui/states"
import { dayText } from "../terms/days"
import { Amount, isZero } from "./amounts"
import type { LoanRow } from "./queries"
import { DaysPastDue, LoanState } from "./states"

type LoanColumn = Column<LoanRow> & { beside?: false }

const columns = (nameOf: (product: string) => string): LoanColumn[] => [
  {
    id: "reference",
    header: "Loan",
    cell: (row) => (
      <span className="block max-w-64 leading-4">
        <Link
          to="/loans/$loanId"
          params={{ loanId: row.id }}
          search={{}}
          className="block truncate font-medium hover:underline"
        >
          {row.reference}
        </Link>
        <span className="block truncate text-xs text-ink-3">{row.borrower}</span>
      </span>
    ),
  },
  { id: "state", header: "State", cell: (row) => <LoanState state={row.state} /> },
  { id: "product", header: "Product", cell: (row) => nameOf(row.product), wide: true, beside: false },
  {
    id: "principal",
    header: "Paid out",
    align: "right",
    cell: (row) => <Amount value={row.principal} currency={row.currency} />,
    wide: true,
    beside: false,
  },
  {
    id: "outstanding",
    header: "Outstanding",
    sort: "outstanding",
    align: "right",
    cell: (row) => <Amount value={row.outstanding} currency={row.currency} />,
  },
  {
    id: "arrears",
    header: "Arrears",
    align: "right",
    cell: (row) => (
      <Amount
        value={row.arrears}
        currency={row.currency}
        className={isZero(row.arrears) ? undefined : "font-medium text-decline"}
      />
    ),
    wide: true,
  },
  {
    id: "days_past_due",
    header: "Late",
    sort: "days_past_due",
    cell: (row) => <DaysPastDue days={row.days_past_due} />,
    wide: true,
  },
  {
    id: "next_due",
    header: "Next due",
    sort: "next_due",
    align: "right",
    cell: (row) =>
      row.next_due_on ? (
        <span className="inline-flex items-baseline gap-3">
          <Amount value={row.next_due} currency={row.currency} />
          <span className="num min-w-22 text-ink-2">{dayText(row.next_due_on)}</span>
        </span>
      ) : (
        <span className="text-ink-3">–</span>
      ),
    wide: true,
    beside: false,
  },
]

/** A page of loans. */
export function LoansTable({
  rows,
  narrow,
  nameOf,
  onClear,
  ...table
}: {
  rows: LoanRow[] | undefined
  busy: boolean
  narrow: boolean
  nameOf: (product: string) => string
  sort: string
  onSort: (sort: string) => void
  current: string | undefined
  onCurrent: (row: LoanRow) => void
  onOpen: (row: LoanRow) => void
  /** How to show everything; null where nothing is filtered. */
  onClear: (() => void) | null
  footer: ReactNode
}) {
  const all = columns(nameOf)
  return (
    <DataTable
      {...table}
      label="Loans"
      columns={narrow ? all.filter((column) => column.beside !== false) : all}
      rows={rows}
      rowId={(row) => row.id}
      empty={
        <Empty
          icon={onClear ? <SearchX /> : <Landmark />}
          title={onClear ? "No loan is like that" : "There is no loan yet"}
          action={onClear && <Button onClick={onClear}>Show all loans</Button>}
        >
          {onClear
            ? "Take a filter away, or search for how a number or name begins; other parts are found among the newest 10,000 loans."
            : "A loan is opened when an offer is accepted, or brought in with “Import a loan”."}
        </Empty>
      }
    />
  )
}
