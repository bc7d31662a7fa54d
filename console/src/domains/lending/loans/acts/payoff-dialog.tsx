import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { FileText, HandCoins } from "lucide-react"
import { useState } from "react"
import { api } from "@/api/client"
import { asApiError } from "@/api/problem"
import { useCan } from "@/app/session"
import { Copy, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { Loading } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { dayText, useBusinessToday } from "../../terms/days"
import { Amount, amountText, isZero } from "../amounts"
import { type Loan, payoffQuery } from "../queries"
import { useLoanAct, useOnceKey } from "./use-act"

const PARTS = [
  ["principal", "Principal"],
  ["interest", "Interest"],
  ["fees", "Fees"],
  ["penalties", "Penalties"],
] as const

/** What pays a loan off on a day, and the letter that says so. */
export default function PayoffDialog({ loan, onClose }: { loan: Loan; onClose: () => void }) {
  const today = useBusinessToday()
  const can = useCan()
  const [on, setOn] = useState(today > loan.on ? today : loan.on)
  const quote = useQuery({ ...payoffQuery(loan.id, on || undefined), placeholderData: keepPreviousData, retry: false })
  const keyFor = useOnceKey()
  const letter = useLoanAct(
    async (valid_on: string) => {
      const body = { kind: "settlement" as const, valid_on }
      const { data } = await api.POST("/api/v1/lending/loans/{loan_id}/letters", {
        params: { path: { loan_id: loan.id }, header: keyFor(body) },
        body,
      })
      return data!
    },
    (made) => {
      toast(`Settlement letter ${made.number} issued`, { detail: "It is among the loan's letters." })
      onClose()
    },
  )
  const wrong = quote.error ? asApiError(quote.error) : null
  const figures = wrong ? undefined : quote.data
  return (
    <Dialog open onClose={onClose} title="Pay-off quote">
      <div className="flex flex-col gap-4">
        <Field
          label="Paid off on"
          hint="What it takes if nothing else happens until then."
          error={wrong ? wrong.sentence : null}
        >
          {(control) => (
            <Input
              {...control}
              type="date"
              min={loan.on}
              value={on}
              onChange={(event) => event.target.value && setOn(event.target.value)}
            />
          )}
        </Field>
        {figures ? (
          <dl className="text-[13px]" aria-busy={quote.isPlaceholderData}>
            {PARTS.map(([name, label]) => (
              <div key={name} className="flex justify-between gap-3 border-t py-1.5 first:border-0">
                <dt className="text-ink-2">{label}</dt>
                <dd>
                  <Amount value={figures[name]} currency={figures.currency} />
                </dd>
              </div>
            ))}
            {!isZero(figures.credit) && (
              <div className="flex justify-between gap-3 border-t py-1.5">
                <dt className="text-ink-2">Less the borrower's credit</dt>
                <dd>
                  <Amount value={-Number(figures.credit)} currency={figures.currency} />
                </dd>
              </div>
            )}
            <div className="flex items-center justify-between gap-3 border-t border-line-strong pt-2">
              <dt className="font-semibold">Total on {dayText(figures.on)}</dt>
              <dd className="text-lg font-semibold">
                <Copy text={figures.total} label="Copy the total">
                  <span className="num font-sans">{amountText(figures.total, figures.currency)}</span>
                </Copy>
              </dd>
            </div>
          </dl>
        ) : (
          !wrong && <Loading rows={5} />
        )}
        {isZero(figures?.total) && figures && <Notice>Nothing is owed on that day.</Notice>}
        <div className="flex flex-wrap justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Close
          </Button>
          {can("lending:loan:service") && (
            <Button
              variant="solid"
              busy={letter.isPending}
              disabled={!figures || isZero(figures.total)}
              onClick={() => letter.mutate(on, { onError: (error) => toastError(error, "The letter was not made") })}
            >
              <FileText /> Make settlement letter
            </Button>
          )}
        </div>
        {loan.acts.includes("repayment") && (
          <p className="flex items-center gap-1.5 text-xs text-ink-3">
            <HandCoins aria-hidden className="size-3.5" /> When it came in, record it as a payment; “Record payment”
            offers the pay-off of that day.
          </p>
        )}
      </div>
    </Dialog>
  )
}
