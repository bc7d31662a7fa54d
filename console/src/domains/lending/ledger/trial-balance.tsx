import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { CircleCheck, CircleX } from "lucide-react"
import { Fragment } from "react"
import { query, type Schema } from "@/api/client"
import { Badge, Card } from "@/ui/basics"
import { words } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Empty, Fetched } from "@/ui/states"
import { Amount, isZero, sum } from "../loans/amounts"
import { dayText, useBusinessToday } from "../terms/days"
import { CurrencySelect, Day, Filters } from "./parts"
import { TYPE_NAMES, TYPES } from "./queries"
import type { Change, LedgerSearch } from "./search"

type Balance = Schema["TrialBalanceView"]
type Line = Schema["TrialBalanceLineView"]

/** Every account's balance at the end of a day, and whether the books hold. */
export function TrialBalance({ search, onChange }: { search: LedgerSearch; onChange: Change }) {
  const today = useBusinessToday()
  const { on, from, currency } = search
  const balance = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/lending/ledger/trial-balance",
      { params: { query: { on, from, currency } } },
      { placeholderData: keepPreviousData },
    ),
  )
  return (
    <>
      <Filters>
        <Day
          label="At the end of"
          value={on ?? today}
          max={today}
          onChange={(day) => onChange({ on: day === today ? undefined : day })}
        />
        <Day label="Moved since" value={from} max={on ?? today} onChange={(day) => onChange({ from: day })} />
        <CurrencySelect
          known={balance.data?.totals.map((each) => each.currency) ?? []}
          search={search}
          all="All currencies"
          onChange={onChange}
        />
      </Filters>
      <Fetched query={balance} rows={12}>
        {(found) => (
          <div className="flex flex-col gap-4">
            <Verdict balance={found} />
            {found.lines.length === 0 && (
              <div className="card">
                <Empty icon={<CircleCheck />} title="Nothing was booked yet">
                  The first payout books the first line.
                </Empty>
              </div>
            )}
            {found.totals.map((total) => (
              <Currency key={total.currency} balance={found} total={total} />
            ))}
            {found.controls && found.controls.length > 0 && <Controls controls={found.controls} />}
          </div>
        )}
      </Fetched>
    </>
  )
}

/** Whether debits equal credits and accounts equal the loans they stand for, in one line. */
function Verdict({ balance }: { balance: Balance }) {
  const crooked = balance.totals.filter((total) => !isZero(total.balance))
  const apart = balance.controls?.filter((control) => !isZero(control.difference)) ?? []
  const sound = crooked.length === 0 && apart.length === 0
  return (
    <div role="status" className="card flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 text-[13px]">
      <Badge tone={sound ? "good" : "bad"} icon={sound ? <CircleCheck /> : <CircleX />}>
        {sound ? "In balance" : "Not in balance"}
      </Badge>
      <span>
        {crooked.length === 0
          ? "Debits equal credits in every currency."
          : `Debits and credits differ in ${crooked.map((each) => each.currency).join(", ")}.`}{" "}
        {balance.controls === null
          ? "Agreement with the loans is checked for today only."
          : apart.length === 0
            ? "Every account agrees with the loans it stands for."
            : `${apart.length} ${apart.length === 1 ? "account differs" : "accounts differ"} from the loans.`}
      </span>
      <span className="ml-auto text-xs text-ink-3">
        {balance.closed_to ? `Closed to ${dayText(balance.closed_to)}` : "No period is closed yet"}
      </span>
    </div>
  )
}

const HEAD = "px-3 font-medium whitespace-nowrap"

function Currency({ balance, total }: { balance: Balance; total: Schema["CurrencyTotalView"] }) {
  const { currency } = total
  const lines = balance.lines.filter((line) => line.currency === currency)
  const since = balance.since !== null
  const span = since ? 6 : 5
  const debit = sum(lines.filter((line) => Number(line.balance) > 0).map((line) => line.balance))
  const credit = -sum(lines.filter((line) => Number(line.balance) < 0).map((line) => line.balance))
  return (
    <section className="card overflow-hidden">
      <Scroll label={`Trial balance in ${currency}`} className="overflow-x-auto">
        <table className="num w-full text-[13px]">
          <caption className="sr-only">
            Trial balance in {currency} at the end of {dayText(balance.on)}
          </caption>
          <thead>
            <tr className="h-9 border-b bg-sunken/60 text-left text-xs text-ink-3">
              <th scope="col" className={HEAD}>
                Account, in {currency}
              </th>
              {since && (
                <th scope="col" className={`${HEAD} text-right`}>
                  Before
                </th>
              )}
              <th scope="col" className={`${HEAD} text-right`}>
                Debits
              </th>
              <th scope="col" className={`${HEAD} text-right`}>
                Credits
              </th>
              <th scope="col" className={`${HEAD} border-l text-right`}>
                Debit balance
              </th>
              <th scope="col" className={`${HEAD} text-right`}>
                Credit balance
              </th>
            </tr>
          </thead>
          <tbody>
            {TYPES.map((type) => {
              const own = lines.filter((line) => line.type === type)
              if (own.length === 0) return null
              return (
                <Fragment key={type}>
                  <tr className="border-b bg-sunken/40 text-xs">
                    <th scope="colgroup" colSpan={span} className="h-7 px-3 text-left font-semibold text-ink-2">
                      {TYPE_NAMES[type]}
                    </th>
                  </tr>
                  {own.map((line) => (
                    <LineRow key={line.code} line={line} since={since} balance={balance} />
                  ))}
                  <tr className="border-b text-ink-2">
                    <th scope="row" className="h-8 px-3 text-left text-xs font-medium">
                      {TYPE_NAMES[type]} in all
                    </th>
                    {since && <Money value={sum(own.map((line) => line.opening))} currency={currency} />}
                    <Money value={sum(own.map((line) => line.debit))} currency={currency} />
                    <Money value={sum(own.map((line) => line.credit))} currency={currency} />
                    <Sides value={sum(own.map((line) => line.balance))} currency={currency} />
                  </tr>
                </Fragment>
              )
            })}
            <tr className="font-semibold">
              <th scope="row" className="h-10 px-3 text-left">
                Total
              </th>
              {since && <Money value={sum(lines.map((line) => line.opening))} currency={currency} />}
              <Money value={total.debit} currency={currency} />
              <Money value={total.credit} currency={currency} />
              <td className="border-l px-3 text-right">
                <Amount value={debit} currency={currency} bare className="" />
              </td>
              <td className="px-3 text-right">
                <Amount value={credit} currency={currency} bare className="" />
              </td>
            </tr>
          </tbody>
        </table>
      </Scroll>
    </section>
  )
}

function LineRow({ line, since, balance }: { line: Line; since: boolean; balance: Balance }) {
  return (
    <tr className="border-b hover:bg-sunken/60">
      <th scope="row" className="h-9 px-3 text-left font-normal whitespace-nowrap">
        <Link
          to="/ledger"
          search={{
            tab: "statement",
            account: line.code,
            currency: line.currency,
            from: balance.since ?? undefined,
            to: balance.on,
          }}
          className="hover:underline"
        >
          <span className="inline-block w-14 text-ink-3">{line.code}</span>
          {line.name}
        </Link>
      </th>
      {since && <Money value={line.opening} currency={line.currency} />}
      <Money value={line.debit} currency={line.currency} />
      <Money value={line.credit} currency={line.currency} />
      <Sides value={Number(line.balance)} currency={line.currency} />
    </tr>
  )
}

const Money = ({ value, currency }: { value: string | number; currency: string }) => (
  <td className="px-3 text-right">
    <Amount value={value} currency={currency} bare />
  </td>
)

/** A balance on the side on which it stands. */
const Sides = ({ value, currency }: { value: number; currency: string }) => (
  <>
    <td className="border-l px-3 text-right">
      {value > 0 && <Amount value={value} currency={currency} bare className="" />}
    </td>
    <td className="px-3 text-right">{value < 0 && <Amount value={-value} currency={currency} bare className="" />}</td>
  </>
)

function Controls({ controls }: { controls: Schema["ControlView"][] }) {
  return (
    <Card title="Agreement with the loans">
      <Scroll label="Accounts against loans" className="-mx-4 overflow-x-auto px-4">
        <table className="num w-full text-[13px]">
          <caption className="sr-only">Accounts against the sum of the loans they stand for</caption>
          <thead>
            <tr className="h-8 border-b text-left text-xs text-ink-3">
              {["Account", "In the ledger", "Sum of the loans", "Difference", "Verdict"].map((name, at) => (
                <th
                  key={name}
                  scope="col"
                  className={`px-2 font-medium whitespace-nowrap ${at > 0 && at < 4 ? "text-right" : ""}`}
                >
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {controls.map((control) => {
              const agrees = isZero(control.difference)
              return (
                <tr key={`${control.code}${control.currency}`} className="border-b last:border-0">
                  <th scope="row" className="h-9 px-2 text-left font-normal whitespace-nowrap">
                    <span className="inline-block w-14 text-ink-3">{control.code}</span>
                    {words(control.purpose)}
                  </th>
                  <td className="px-2 text-right">
                    <Amount value={control.account} currency={control.currency} />
                  </td>
                  <td className="px-2 text-right">
                    <Amount value={control.loans} currency={control.currency} />
                  </td>
                  <td className="px-2 text-right">
                    <Amount value={control.difference} currency={control.currency} />
                  </td>
                  <td className="px-2 whitespace-nowrap">
                    <span
                      className={`inline-flex items-center gap-1 [&_svg]:size-3.5 ${agrees ? "text-approve" : "text-decline"}`}
                    >
                      {agrees ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
                      {agrees ? "Agrees" : "Differs"}
                    </span>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </Scroll>
    </Card>
  )
}
