import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ChevronRight, Download, ReceiptText, Undo2 } from "lucide-react"
import { useState } from "react"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { actor, count, words } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Empty, Failed, Loading } from "@/ui/states"
import { When } from "@/ui/when"
import { dayText } from "../terms/days"
import { ReverseDialog } from "./acts/reverse-dialog"
import { Amount, isZero } from "./amounts"
import { knownOf, parametersText } from "./history"
import { type AsOf, allTransactionsQuery, type Loan, type Recorded } from "./queries"
import { Allocations, exportTransactions } from "./transaction-parts"

const SHOWN_FIRST = 100

/** Everything that was recorded of a loan, the newest first, with what each payment paid. */
export function LoanTransactions({ loan, asOf }: { loan: Loan; asOf: AsOf }) {
  const query = useQuery(allTransactionsQuery(loan.id))
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [reversing, setReversing] = useState<Recorded | null>(null)
  if (!query.data)
    return (
      <div className="card">
        {query.error ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Loading />}
      </div>
    )
  const known = knownOf(query.data, asOf, loan.on)
  const rows = known.toReversed()
  const byId = new Map(known.map((each) => [each.id, each]))
  const travelling = asOf.on !== undefined || asOf.known_at !== undefined
  const mayReverse = !travelling && loan.acts.includes("reverse")
  const unfoldable = rows.filter((each) => each.allocations.length > 0)
  const toggle = (id: string) =>
    setOpen((before) => new Set(before.has(id) ? [...before].filter((each) => each !== id) : [...before, id]))
  if (rows.length === 0)
    return (
      <div className="card">
        <Empty icon={<ReceiptText />} title="Nothing is recorded yet">
          {travelling ? "Nothing counted from that day or before." : "The first transaction is the payout."}
        </Empty>
      </div>
    )
  return (
    <section className="card overflow-hidden">
      <div className="flex flex-wrap items-center justify-between gap-2 border-b px-4 py-2">
        <p className="text-[13px] text-ink-3">
          {count(rows.length)} {rows.length === 1 ? "transaction" : "transactions"}, the newest first
        </p>
        <div className="flex items-center gap-1.5">
          {unfoldable.length > 0 && (
            <Button
              size="sm"
              variant="ghost"
              onClick={() => setOpen(open.size > 0 ? new Set() : new Set(unfoldable.map((each) => each.id)))}
            >
              {open.size > 0 ? "Fold all" : "Unfold all"}
            </Button>
          )}
          <Button size="sm" onClick={() => exportTransactions(loan, known)}>
            <Download /> CSV
          </Button>
        </div>
      </div>
      <Scroll label="Transactions" className="overflow-x-auto">
        <table className="w-full text-[13px]">
          <caption className="sr-only">Transactions of {loan.reference}</caption>
          <thead className="bg-sunken/60 text-left text-xs text-ink-3">
            <tr>
              {["Counts from", "What"].map((name) => (
                <th key={name} scope="col" className="h-9 px-3 font-medium whitespace-nowrap">
                  {name}
                </th>
              ))}
              <th scope="col" className="px-3 text-right font-medium whitespace-nowrap">
                Amount
              </th>
              <th scope="col" className="hidden px-3 font-medium md:table-cell">
                Reference and reason
              </th>
              <th scope="col" className="hidden px-3 font-medium whitespace-nowrap lg:table-cell">
                Recorded
              </th>
              {mayReverse && (
                <th scope="col">
                  <span className="sr-only">Acts</span>
                </th>
              )}
            </tr>
          </thead>
          {rows.slice(0, all ? undefined : SHOWN_FIRST).map((each) => (
            <Row
              key={each.id}
              transaction={each}
              loan={loan}
              byId={byId}
              open={open.has(each.id)}
              onToggle={() => toggle(each.id)}
              onReverse={mayReverse ? () => setReversing(each) : null}
            />
          ))}
        </table>
      </Scroll>
      {!all && rows.length > SHOWN_FIRST && (
        <div className="border-t p-2 text-center">
          <Button size="sm" variant="ghost" onClick={() => setAll(true)}>
            Show all {count(rows.length)}
          </Button>
        </div>
      )}
      {reversing && <ReverseDialog loan={loan} transaction={reversing} onClose={() => setReversing(null)} />}
    </section>
  )
}

const idOf = (id: string) => `transaction-${id}`

/** Leads to another row of the table. */
function RowLink({ to, children }: { to: string; children: React.ReactNode }) {
  return (
    <button
      type="button"
      className="text-accent underline"
      onClick={() => {
        const row = document.getElementById(idOf(to))
        row?.scrollIntoView({ block: "center", behavior: "smooth" })
        row?.focus({ preventScroll: true })
      }}
    >
      {children}
    </button>
  )
}

function Row({
  transaction,
  loan,
  byId,
  open,
  onToggle,
  onReverse,
}: {
  transaction: Recorded
  loan: Loan
  byId: Map<string, Recorded>
  open: boolean
  onToggle: () => void
  onReverse: (() => void) | null
}) {
  const { id, allocations } = transaction
  const undoneBy = transaction.reversed_by ? byId.get(transaction.reversed_by) : undefined
  const undoes = transaction.reverses ? byId.get(transaction.reverses) : undefined
  const struck = undoneBy !== undefined && "text-ink-3 line-through"
  const parameters = parametersText(transaction.type, transaction.parameters)
  return (
    <tbody id={idOf(id)} tabIndex={-1} className="border-t focus:bg-accent-soft">
      <tr className="align-baseline">
        <td className="num px-3 py-2 whitespace-nowrap">
          <span className={cn(struck)}>{dayText(transaction.value_on)}</span>
        </td>
        <td className="px-3 py-2">
          <span className="flex items-baseline gap-1">
            {allocations.length > 0 ? (
              <button
                type="button"
                aria-expanded={open}
                onClick={onToggle}
                className={cn("inline-flex items-baseline gap-1 font-medium whitespace-nowrap hover:underline", struck)}
              >
                <ChevronRight
                  aria-hidden
                  className={cn("size-3.5 shrink-0 self-center text-ink-3 transition-transform", open && "rotate-90")}
                />
                {words(transaction.type)}
              </button>
            ) : (
              <span className={cn("pl-[18px] font-medium whitespace-nowrap", struck)}>{words(transaction.type)}</span>
            )}
          </span>
          {parameters && <span className={cn("block pl-[18px] text-xs text-ink-3", struck)}>{parameters}</span>}
          {undoneBy && (
            <span className="mt-0.5 block pl-[18px] text-xs text-ink-2">
              <Badge icon={<Undo2 />}>Reversed</Badge>{" "}
              <RowLink to={undoneBy.id}>by {actor(undoneBy.recorded_by)}</RowLink>
              {undoneBy.reason && `: ${undoneBy.reason}`}
            </span>
          )}
          {undoes && (
            <span className="block pl-[18px] text-xs text-ink-3">
              takes back <RowLink to={undoes.id}>{words(undoes.type).toLowerCase()}</RowLink> of{" "}
              {dayText(undoes.value_on)}
            </span>
          )}
        </td>
        <td className="px-3 py-2 text-right whitespace-nowrap">
          {isZero(transaction.amount) ? (
            <span className="text-ink-3">–</span>
          ) : (
            <Amount
              value={transaction.amount}
              currency={transaction.currency}
              className={undoneBy ? "text-ink-3 line-through" : "font-medium"}
            />
          )}
        </td>
        <td className="hidden px-3 py-2 md:table-cell">
          {transaction.reference && <span className="mono block text-ink-2">{transaction.reference}</span>}
          {transaction.reason && <span className="block text-xs text-ink-3">{transaction.reason}</span>}
          {transaction.decision_id && (
            <Link
              to="/decisions/$decisionId"
              params={{ decisionId: transaction.decision_id }}
              className="text-xs text-accent underline"
            >
              Open decision
            </Link>
          )}
        </td>
        <td className="hidden px-3 py-2 whitespace-nowrap lg:table-cell">
          <When at={transaction.recorded_at} />
          <span className="block text-xs text-ink-3">{actor(transaction.recorded_by)}</span>
        </td>
        {onReverse && (
          <td className="py-1 pr-3 text-right">
            {transaction.type !== "reversal" && !transaction.reversed_by && (
              <Button
                size="sm"
                variant="ghost"
                onClick={onReverse}
                aria-label={`Reverse the ${words(transaction.type).toLowerCase()} of ${dayText(transaction.value_on)}`}
              >
                <Undo2 /> <span className="hidden sm:inline">Reverse</span>
              </Button>
            )}
          </td>
        )}
      </tr>
      {open && (
        <tr>
          <td colSpan={onReverse ? 6 : 5} className="px-3 pb-3">
            <Allocations transaction={transaction} loan={loan} />
          </td>
        </tr>
      )}
    </tbody>
  )
}
