import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { BookOpen, SearchX, X } from "lucide-react"
import { query, type Schema } from "@/api/client"
import { Copy, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Select } from "@/ui/field"
import { actor, words } from "@/ui/format"
import { SidePanel } from "@/ui/side-panel"
import { Empty, Failed, Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { Amount } from "../loans/amounts"
import { dayText, useBusinessToday } from "../terms/days"
import { AccountSelect, CurrencySelect, Day, Filters } from "./parts"
import { accountsQuery, type Posting } from "./queries"
import { type Change, KINDS, type LedgerSearch } from "./search"
import { Days, LoanLink, Reversal } from "./statement"

const PAGE_SIZE = 50
const NOTHING = {
  kind: undefined,
  account: undefined,
  from: undefined,
  to: undefined,
  loan: undefined,
  currency: undefined,
}

/** Every movement from one account to another, newest first. */
export function Postings({
  search,
  onChange,
}: {
  search: LedgerSearch
  onChange: (part: Partial<LedgerSearch>, quiet?: boolean) => void
}) {
  const today = useBusinessToday()
  const accounts = useQuery(accountsQuery).data?.items ?? []
  const { kind, account, from, to, currency, loan, after, peek } = search
  const postings = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/lending/ledger/postings",
      { params: { query: { kind, account, from, to, currency, loan, after, limit: PAGE_SIZE } } },
      { placeholderData: keepPreviousData, refetchOnWindowFocus: false },
    ),
  )
  const filtered = [kind, account, from, to, currency, loan].some((each) => each !== undefined)
  const change: Change = (part) => onChange({ after: undefined, peek: undefined, ...part })
  const look = (id: string | undefined) => onChange({ peek: id }, true)
  return (
    <>
      <Filters>
        <Select
          aria-label="Kind"
          className="max-w-44"
          value={kind ?? ""}
          onChange={(event) => change({ kind: KINDS.find((each) => each === event.target.value) })}
        >
          <option value="">All kinds</option>
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {words(each)}
            </option>
          ))}
        </Select>
        <AccountSelect
          accounts={accounts}
          value={account}
          all="All accounts"
          onChange={(code) => change({ account: code })}
        />
        <Day label="Booked from" value={from} max={to ?? today} onChange={(day) => change({ from: day })} />
        <Day label="to" value={to} max={today} onChange={(day) => change({ to: day })} />
        <CurrencySelect
          known={postings.data?.items.map((each) => each.currency) ?? []}
          search={search}
          all="All currencies"
          onChange={change}
        />
        {loan && (
          <Button size="sm" onClick={() => change({ loan: undefined })}>
            One loan only <X aria-label="Take away" />
          </Button>
        )}
        {filtered && (
          <Button variant="ghost" onClick={() => change(NOTHING)}>
            Clear filters
          </Button>
        )}
      </Filters>
      {postings.error && !postings.data ? (
        <div className="card">
          <Failed error={postings.error} retry={() => void postings.refetch()} />
        </div>
      ) : (
        <div className="flex items-start gap-4">
          <div className="min-w-0 flex-1">
            <DataTable
              label="Postings"
              columns={peek ? COLUMNS.filter((column) => column.id !== "loan") : COLUMNS}
              rows={postings.data?.items}
              rowId={(row) => row.id}
              busy={postings.isFetching}
              current={peek}
              onCurrent={(row) => look(row.id)}
              empty={
                filtered ? (
                  <Empty
                    icon={<SearchX />}
                    title="No posting is like that"
                    action={<Button onClick={() => change(NOTHING)}>Show all postings</Button>}
                  >
                    Widen the range or take a filter away.
                  </Empty>
                ) : (
                  <Empty icon={<BookOpen />} title="Nothing was booked yet">
                    The first payout books the first line.
                  </Empty>
                )
              }
              footer={
                <Pager
                  shown={postings.data?.items.length ?? 0}
                  after={after}
                  next={postings.data?.next}
                  onPage={(next) => onChange({ after: next, peek: undefined })}
                />
              }
            />
          </div>
          {peek && (
            <SidePanel title="Posting" opens={false} onClose={() => look(undefined)}>
              <PostingDetail key={peek} postingId={peek} onLook={look} />
            </SidePanel>
          )}
        </div>
      )}
    </>
  )
}

const AccountName = ({ code, name }: { code: string; name: string }) => (
  <>
    <span className="num text-ink-3">{code}</span> {name}
  </>
)

const COLUMNS: Column<Posting>[] = [
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
  { id: "debit", header: "Debit", cell: (row) => <AccountName code={row.debit} name={row.debit_name} />, wide: true },
  {
    id: "credit",
    header: "Credit",
    cell: (row) => <AccountName code={row.credit} name={row.credit_name} />,
    wide: true,
  },
  {
    id: "amount",
    header: "Amount",
    align: "right",
    cell: (row) => <Amount value={row.amount} currency={row.currency} />,
  },
  {
    id: "loan",
    header: "Loan",
    cell: (row) => <LoanLink id={row.loan_id} reference={row.loan_reference} />,
    wide: true,
  },
]

/** A posting with the transaction and the decision from which it follows. */
function PostingDetail({ postingId, onLook }: { postingId: string; onLook: (id: string) => void }) {
  const posting = useQuery(
    query.queryOptions("get", "/api/v1/lending/ledger/postings/{posting_id}", {
      params: { path: { posting_id: postingId } },
    }),
  )
  return (
    <Fetched query={posting}>
      {(found) => (
        <div className="flex flex-col gap-4">
          <div>
            <h2 className="flex items-center gap-2 text-base font-semibold">
              {words(found.kind)} <Reversal of={found} />
            </h2>
            <Amount value={found.amount} currency={found.currency} className="mt-1 block text-xl font-semibold" />
          </div>
          <Facts
            items={[
              ["Debit", <AccountName key="debit" code={found.debit} name={found.debit_name} />],
              ["Credit", <AccountName key="credit" code={found.credit} name={found.credit_name} />],
              ["Concerns", dayText(found.value_on)],
              ["In the books of", dayText(found.booked_on)],
              ["Loan", <LoanLink key="loan" id={found.loan_id} reference={found.loan_reference} />],
              ["Recorded", <When key="at" at={found.recorded_at} />],
            ]}
          />
          {(found.reverses ?? found.reversed_by) && (
            <Button size="sm" className="self-start" onClick={() => onLook((found.reverses ?? found.reversed_by)!)}>
              {found.reverses ? "See what it takes back" : "See what took it back"}
            </Button>
          )}
          <Cause of={found} />
          <div className="text-xs text-ink-3">
            <Copy text={found.id} label="Copy the posting's id" />
          </div>
        </div>
      )}
    </Fetched>
  )
}

function Cause({ of }: { of: Schema["PostingDetail"] }) {
  if (!of.cause)
    return <p className="text-[13px] text-ink-3">It follows from time alone, as interest does; nobody recorded it.</p>
  const { cause } = of
  return (
    <section aria-label="Cause" className="rounded-control bg-sunken p-3 text-[13px]">
      <h3 className="mb-2 text-xs font-medium text-ink-2">It follows from</h3>
      <p className="font-medium">
        {of.loan_id ? (
          <Link
            to="/loans/$loanId"
            params={{ loanId: of.loan_id }}
            search={{ tab: "transactions" }}
            className="hover:underline"
          >
            {words(cause.type)}
          </Link>
        ) : (
          words(cause.type)
        )}{" "}
        <Amount value={cause.amount} currency={of.currency} />
      </p>
      <p className="mt-0.5 text-xs text-ink-3">
        {dayText(cause.value_on)}, recorded by {actor(cause.recorded_by)}
        {cause.reference && ` · ${cause.reference}`}
      </p>
      {cause.reason && <p className="mt-1 break-words">{cause.reason}</p>}
      {cause.decision_id && (
        <Link
          to="/decisions/$decisionId"
          params={{ decisionId: cause.decision_id }}
          className="mt-1 inline-block text-accent underline"
        >
          The decision behind it
        </Link>
      )}
    </section>
  )
}
