import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { BookOpen, Undo2 } from "lucide-react"
import { query } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge } from "@/ui/basics"
import { cn } from "@/ui/cn"
import { Pager } from "@/ui/data-table"
import { Select } from "@/ui/field"
import { words } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Empty, Failed, Loading } from "@/ui/states"
import { dayText } from "../terms/days"
import { Amount } from "./amounts"
import type { AsOf, Loan } from "./queries"
import type { LoanSearch } from "./search"

const PAGE_SIZE = 100
const KINDS = [
  "disbursement",
  "fee",
  "accrual",
  "repayment",
  "credit_used",
  "refund",
  "charge",
  "penalty",
  "waiver",
  "capitalize",
  "charge_off",
  "write_off",
  "recovery",
  "provision",
  "close",
]

/** What the loan moved in the ledger: from which account to which, for which day, and in whose books. */
export function LoanLedger({
  loan,
  asOf,
  after,
  kind,
  onChange,
}: {
  loan: Loan
  asOf: AsOf
  after: string | undefined
  kind: string | undefined
  onChange: (part: Partial<LoanSearch>) => void
}) {
  const can = useCan()
  const allowed = can("lending:ledger:read")
  const postings = useQuery({
    ...query.queryOptions("get", "/api/v1/lending/ledger/postings", {
      params: { query: { loan: loan.id, kind, to: asOf.on, after, limit: PAGE_SIZE } },
    }),
    enabled: allowed,
    placeholderData: keepPreviousData,
  })
  if (!allowed)
    return (
      <div className="card">
        <Empty icon={<BookOpen />} title="The ledger is not for your role">
          Ask an owner of the organisation for “read the ledger”.
        </Empty>
      </div>
    )
  if (!postings.data)
    return (
      <div className="card">
        {postings.error ? <Failed error={postings.error} retry={() => void postings.refetch()} /> : <Loading />}
      </div>
    )
  const { known_at } = asOf
  const rows = postings.data.items.filter(
    (each) => known_at === undefined || Date.parse(each.recorded_at) <= Date.parse(known_at),
  )
  return (
    <section className="card overflow-hidden">
      <div className="flex flex-wrap items-center justify-between gap-2 border-b px-4 py-2">
        <p className="text-[13px] text-ink-3">Each line moves an amount from one account to another; newest first.</p>
        <div className="w-48">
          <Select
            aria-label="Kind of posting"
            value={kind ?? ""}
            onChange={(event) => onChange({ kind: event.target.value || undefined, after: undefined })}
          >
            <option value="">All kinds</option>
            {KINDS.map((each) => (
              <option key={each} value={each}>
                {words(each)}
              </option>
            ))}
          </Select>
        </div>
      </div>
      {rows.length === 0 ? (
        <Empty icon={<BookOpen />} title="Nothing is booked">
          {kind ? "Nothing of this kind. Choose another." : "The first posting is the payout."}
        </Empty>
      ) : (
        <Scroll label="Postings" className="overflow-x-auto">
          <table className="w-full text-[13px]" aria-busy={postings.isFetching}>
            <caption className="sr-only">Postings of {loan.reference}</caption>
            <thead className="bg-sunken/60 text-left text-xs text-ink-3">
              <tr>
                {["For", "Booked", "What", "To (debit)", "From (credit)"].map((name) => (
                  <th key={name} scope="col" className="h-9 px-3 font-medium whitespace-nowrap">
                    {name}
                  </th>
                ))}
                <th scope="col" className="h-9 px-3 text-right font-medium">
                  Amount
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((each) => {
                const undone = each.reversed_by !== null
                return (
                  <tr key={each.id} className={cn("border-t", undone && "text-ink-3")}>
                    <td className="num h-9 px-3 whitespace-nowrap">{dayText(each.value_on)}</td>
                    <td
                      className={cn(
                        "num px-3 whitespace-nowrap",
                        each.booked_on === each.value_on ? "text-ink-3" : "text-review",
                      )}
                    >
                      {dayText(each.booked_on)}
                    </td>
                    <td className="px-3 whitespace-nowrap">
                      <span className={cn(undone && "line-through")}>{words(each.kind)}</span>
                      {undone && (
                        <Badge className="ml-2" icon={<Undo2 />}>
                          Reversed
                        </Badge>
                      )}
                      {each.reverses && (
                        <Badge className="ml-2" tone="warn" icon={<Undo2 />}>
                          Reversal
                        </Badge>
                      )}
                    </td>
                    <Account code={each.debit} name={each.debit_name} />
                    <Account code={each.credit} name={each.credit_name} />
                    <td className="px-3 text-right whitespace-nowrap">
                      <Amount
                        value={each.amount}
                        currency={each.currency}
                        className={undone ? "line-through" : "font-medium"}
                      />
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </Scroll>
      )}
      <Pager shown={rows.length} after={after} next={postings.data.next} onPage={(next) => onChange({ after: next })} />
      <p className="border-t px-4 py-2 text-xs text-ink-3">
        Where the two days differ, the day was closed, and it stands in the first open day's books.{" "}
        <Link to="/ledger" className="text-accent underline">
          Open the ledger
        </Link>
      </p>
    </section>
  )
}

const Account = ({ code, name }: { code: string; name: string }) => (
  <td className="px-3 whitespace-nowrap">
    <span className="num mr-1.5 text-xs text-ink-3">{code}</span>
    {name}
  </td>
)
