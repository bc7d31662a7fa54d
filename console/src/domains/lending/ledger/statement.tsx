import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { BookOpen, Undo2 } from "lucide-react"
import { query, type Schema } from "@/api/client"
import { Badge, Facts } from "@/ui/basics"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { words } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { Amount } from "../loans/amounts"
import { dayText, useBusinessToday } from "../terms/days"
import { AccountSelect, CurrencySelect, Day, Filters } from "./parts"
import { accountsQuery } from "./queries"
import type { Change, LedgerSearch } from "./search"

const PAGE_SIZE = 100
const FIRST_CODE = "1000"
type Line = Schema["StatementLineView"]

/** One account's postings, oldest first, each with the balance after it. */
export function Statement({ search, onChange }: { search: LedgerSearch; onChange: Change }) {
  const today = useBusinessToday()
  const accounts = useQuery(accountsQuery).data?.items ?? []
  const code = search.account ?? accounts[0]?.code ?? FIRST_CODE
  const { from, to, currency, after } = search
  const statement = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/lending/ledger/accounts/{code}/statement",
      { params: { path: { code }, query: { from, to, currency, after, limit: PAGE_SIZE } } },
      { placeholderData: keepPreviousData, enabled: accounts.length > 0 },
    ),
  )
  const found = statement.data
  return (
    <>
      <Filters>
        <AccountSelect
          accounts={accounts}
          value={code}
          onChange={(account) => onChange({ account, after: undefined })}
        />
        <Day
          label="From"
          value={from ?? found?.since}
          max={to ?? today}
          onChange={(day) => onChange({ from: day, after: undefined })}
        />
        <Day
          label="To"
          value={to ?? found?.until}
          max={today}
          onChange={(day) => onChange({ to: day, after: undefined })}
        />
        <CurrencySelect known={found ? [found.currency] : []} search={search} onChange={onChange} />
      </Filters>
      {statement.error && !found ? (
        <div className="card">
          <Failed error={statement.error} retry={() => void statement.refetch()} />
        </div>
      ) : (
        <div className="flex flex-col gap-3">
          {found && (
            <div className="card p-4">
              <Facts
                items={[
                  [`Before ${dayText(found.since)}`, <Side key="opening" of={found} value={found.opening} />],
                  ["Debits", <Amount key="debit" value={found.debit} currency={found.currency} />],
                  ["Credits", <Amount key="credit" value={found.credit} currency={found.currency} />],
                  [`After ${dayText(found.until)}`, <Side key="closing" of={found} value={found.closing} />],
                ]}
              />
            </div>
          )}
          <DataTable
            label={`Statement of ${found?.account.name ?? "the account"}`}
            columns={columnsFor(found?.currency ?? "USD")}
            rows={found?.items}
            rowId={(row) => row.id}
            busy={statement.isFetching}
            empty={
              <Empty icon={<BookOpen />} title="Nothing moved on this account in these days">
                Choose an earlier first day.
              </Empty>
            }
            footer={
              <Pager
                shown={found?.items.length ?? 0}
                after={after}
                next={found?.next}
                onPage={(next) => onChange({ after: next })}
              />
            }
          />
        </div>
      )}
    </>
  )
}

const Side = ({ of, value }: { of: Schema["StatementView"]; value: string }) => (
  <>
    <Amount value={Math.abs(Number(value))} currency={of.currency} className="font-semibold" />{" "}
    {Number(value) !== 0 && <span className="text-xs text-ink-3">{Number(value) > 0 ? "debit" : "credit"}</span>}
  </>
)

const columnsFor = (currency: string): Column<Line>[] => [
  { id: "booked", header: "Booked", cell: (row) => <Days booked={row.booked_on} value={row.value_on} /> },
  {
    id: "kind",
    header: "What",
    cell: (row) => (
      <span className="flex items-center gap-2">
        {words(row.kind)}
        <Reversal of={row} />
      </span>
    ),
  },
  {
    id: "other",
    header: "Other account",
    cell: (row) => (
      <>
        <span className="num text-ink-3">{row.other_account}</span> {row.other_name}
      </>
    ),
    wide: true,
  },
  {
    id: "loan",
    header: "Loan",
    cell: (row) => <LoanLink id={row.loan_id} reference={row.loan_reference} />,
    wide: true,
  },
  { id: "debit", header: "Debit", align: "right", cell: (row) => <Filled value={row.debit} currency={currency} /> },
  { id: "credit", header: "Credit", align: "right", cell: (row) => <Filled value={row.credit} currency={currency} /> },
  {
    id: "balance",
    header: "Balance",
    align: "right",
    cell: (row) => <Amount value={row.balance} currency={currency} bare className="font-medium" />,
  },
]

const Filled = ({ value, currency }: { value: string; currency: string }) =>
  Number(value) === 0 ? null : <Amount value={value} currency={currency} bare className="" />

/** The day in whose books a posting stands, and the one it concerns where that is another. */
export const Days = ({ booked, value }: { booked: string; value: string }) => (
  <span className="num leading-4">
    {dayText(booked)}
    {booked !== value && <span className="block text-xs text-ink-3">for {dayText(value)}</span>}
  </span>
)

/** Whether a posting takes another back, or was taken back. */
export function Reversal({ of }: { of: { reverses: string | null; reversed_by: string | null } }) {
  if (of.reverses)
    return (
      <Badge tone="warn" icon={<Undo2 />}>
        Reversal
      </Badge>
    )
  if (of.reversed_by) return <Badge icon={<Undo2 />}>Taken back</Badge>
  return null
}

/** The loan from which a posting follows. */
export const LoanLink = ({ id, reference }: { id: string | null; reference: string | null }) =>
  id ? (
    <Link to="/loans/$loanId" params={{ loanId: id }} className="num hover:underline">
      {reference ?? "Loan"}
    </Link>
  ) : (
    <span className="text-ink-3">–</span>
  )
