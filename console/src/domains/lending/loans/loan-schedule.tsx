import { CalendarRange, Download } from "lucide-react"
import { useState } from "react"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { csv, download } from "@/ui/download"
import { Checkbox } from "@/ui/field"
import { Scroll } from "@/ui/scroll"
import { Empty } from "@/ui/states"
import { dayText } from "../terms/days"
import { Amount, isZero, sum } from "./amounts"
import { instalmentKey, instalmentName } from "./history"
import type { Instalment, Loan } from "./queries"
import { InstalmentStatus, statusLabel } from "./states"

const KINDS = ["principal", "interest", "fee", "penalty"] as const
type Kind = (typeof KINDS)[number]
const NAMES: Record<Kind, string> = { principal: "Principal", interest: "Interest", fee: "Fees", penalty: "Penalties" }
const PARTS = ["due", "paid", "left"] as const
type Part = (typeof PARTS)[number]
const PART_NAMES: Record<Part, string> = { due: "Due", paid: "Paid", left: "Left" }

/** The instalment that one is in: the oldest of which something is left. */
const currentOf = (instalments: Instalment[]) =>
  instalments.find((each) => each.status !== "paid" && each.status !== "upcoming") ??
  instalments.find((each) => each.status === "upcoming")

const atPayout = (each: Instalment, loan: Loan) => each.due === loan.disbursed_on

/** Every instalment with what was due, paid and is left of each kind. */
export function LoanSchedule({ loan }: { loan: Loan }) {
  const [split, setSplit] = useState(false)
  const { instalments, currency } = loan
  if (instalments.length === 0)
    return (
      <div className="card">
        <Empty icon={<CalendarRange />} title="There are no instalments">
          They are set when the loan is paid out.
        </Empty>
      </div>
    )
  const kinds = KINDS.filter((kind) => instalments.some((each) => !isZero(each[kind].due)))
  const current = currentOf(instalments)
  const planned = instalments.filter((each) => each.number > 0)
  const relieved = instalments.some((each) => KINDS.some((kind) => !isZero(each[kind].waived)))
  const lost = instalments.some((each) => KINDS.some((kind) => !isZero(each[kind].written_off)))
  return (
    <section className="card overflow-hidden">
      <div className="flex flex-wrap items-center justify-between gap-2 border-b px-4 py-2">
        <p className="text-[13px] text-ink-3">
          {planned.filter((each) => each.status === "paid").length} of {planned.length} instalments settled · amounts in{" "}
          {currency}
        </p>
        <div className="flex items-center gap-3">
          <Checkbox
            label="Due, paid and left of each kind"
            checked={split}
            onChange={(event) => setSplit(event.target.checked)}
          />
          <Button size="sm" onClick={() => exportSchedule(loan)}>
            <Download /> CSV
          </Button>
        </div>
      </div>
      <Scroll label="Instalments" className="max-h-[70dvh] overflow-auto">
        <table className="num w-full text-[13px]">
          <caption className="sr-only">Instalments, amounts in {currency}</caption>
          <thead className="sticky top-0 z-10 bg-sunken text-xs text-ink-3">
            {split && (
              <tr>
                <td colSpan={3} />
                {kinds.map((kind) => (
                  <th key={kind} scope="colgroup" colSpan={3} className="border-l px-2 pt-1.5 text-center font-medium">
                    {NAMES[kind]}
                  </th>
                ))}
                <td colSpan={4} className="border-l" />
              </tr>
            )}
            <tr className="text-right">
              <Head className="pl-4 text-left">#</Head>
              <Head className="text-left">Due</Head>
              <Head className="text-left">Status</Head>
              {kinds.map((kind) =>
                split ? (
                  PARTS.map((part) => (
                    <Head key={kind + part} className={part === "due" ? "border-l" : undefined}>
                      <span className="sr-only">{NAMES[kind]} </span>
                      {PART_NAMES[part]}
                    </Head>
                  ))
                ) : (
                  <Head key={kind}>{NAMES[kind]}</Head>
                ),
              )}
              <Head className={split ? "border-l" : undefined}>Total</Head>
              <Head>Paid</Head>
              <Head>Left</Head>
              <Head className="pr-4">Balance</Head>
            </tr>
          </thead>
          <tbody>
            {instalments.map((each) => (
              <tr
                key={instalmentKey(each)}
                aria-current={each === current ? "true" : undefined}
                className={cn("border-t", each === current && "bg-accent-soft")}
              >
                <th
                  scope="row"
                  className={cn(
                    "border-l-2 py-1.5 pr-2 pl-3.5 text-left font-normal",
                    each === current ? "border-l-accent" : "border-l-transparent text-ink-3",
                  )}
                >
                  {each.number > 0 ? each.number : atPayout(each, loan) ? "At payout" : instalmentName(each)}
                </th>
                <td className="px-2 py-1.5 whitespace-nowrap">{dayText(each.due)}</td>
                <td className="px-2 py-1.5 font-sans">
                  <InstalmentStatus status={each.status} />
                  {each.settled_on && each.settled_on !== each.due && (
                    <span className="ml-1.5 text-xs whitespace-nowrap text-ink-3">{dayText(each.settled_on)}</span>
                  )}
                </td>
                {kinds.map((kind) =>
                  split ? (
                    PARTS.map((part) => (
                      <Cell
                        key={kind + part}
                        value={each[kind][part]}
                        currency={currency}
                        className={part === "due" ? "border-l" : undefined}
                      />
                    ))
                  ) : (
                    <Cell key={kind} value={each[kind].due} currency={currency} />
                  ),
                )}
                <Cell value={each.total} currency={currency} strong className={split ? "border-l" : undefined} />
                <Cell value={each.paid} currency={currency} />
                <Cell value={each.left} currency={currency} bad={each.status === "overdue"} />
                <Cell value={each.balance} currency={currency} className="pr-4" />
              </tr>
            ))}
          </tbody>
          <tfoot className="sticky bottom-0 bg-sunken font-medium">
            <tr className="border-t">
              <th scope="row" colSpan={3} className="py-2 pl-4 text-left font-medium">
                In all
              </th>
              {kinds.map((kind) =>
                (split ? PARTS : (["due"] as const)).map((part) => (
                  <Cell
                    key={kind + part}
                    value={sum(instalments.map((each) => each[kind][part]))}
                    currency={currency}
                    className={split && part === "due" ? "border-l" : undefined}
                  />
                )),
              )}
              {(["total", "paid", "left"] as const).map((name) => (
                <Cell
                  key={name}
                  value={sum(instalments.map((each) => each[name]))}
                  currency={currency}
                  strong={name === "total"}
                  className={split && name === "total" ? "border-l" : undefined}
                />
              ))}
              <td />
            </tr>
          </tfoot>
        </table>
      </Scroll>
      {(relieved || lost) && (
        <p className="border-t px-4 py-2 text-xs text-ink-3">
          {relieved && (
            <>
              Waived in all:{" "}
              <Amount
                value={sum(instalments.flatMap((each) => KINDS.map((kind) => each[kind].waived)))}
                currency={currency}
                className="text-ink-2"
              />
              .{" "}
            </>
          )}
          {lost && (
            <>
              Written off in all:{" "}
              <Amount
                value={sum(instalments.flatMap((each) => KINDS.map((kind) => each[kind].written_off)))}
                currency={currency}
                className="text-ink-2"
              />
              .
            </>
          )}
        </p>
      )}
    </section>
  )
}

const Head = ({ className, children }: { className?: string; children: React.ReactNode }) => (
  <th scope="col" className={cn("px-2 py-1.5 font-medium whitespace-nowrap", className)}>
    {children}
  </th>
)

const Cell = ({
  value,
  currency,
  strong,
  bad,
  className,
}: {
  value: string | number
  currency: string
  strong?: boolean
  bad?: boolean
  className?: string
}) => (
  <td className={cn("px-2 py-1.5 text-right whitespace-nowrap", className)}>
    <Amount
      value={value}
      currency={currency}
      bare
      className={strong ? "font-medium" : bad ? "font-medium text-decline" : undefined}
    />
  </td>
)

function exportSchedule(loan: Loan): void {
  const columns = ["number", "begins", "due", "status", "settled_on"]
  const amounts = KINDS.flatMap((kind) =>
    (["due", "paid", "waived", "written_off", "left"] as const).map((part) => [kind, part] as const),
  )
  const text = csv(
    [...columns, ...amounts.map(([kind, part]) => `${kind}_${part}`), "total", "paid", "left", "balance", "currency"],
    loan.instalments.map((each) => [
      each.number,
      each.begins,
      each.due,
      statusLabel(each.status),
      each.settled_on,
      ...amounts.map(([kind, part]) => each[kind][part]),
      each.total,
      each.paid,
      each.left,
      each.balance,
      loan.currency,
    ]),
  )
  download(`${loan.reference}-schedule-${loan.on}.csv`, text, "text/csv")
}
