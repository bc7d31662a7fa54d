import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { api } from "@/api/client"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Textarea } from "@/ui/field"
import { toast } from "@/ui/toast"
import { dayText } from "../../terms/days"
import { Amount, amountText } from "../amounts"
import { type Loan, payoffQuery } from "../queries"
import { ActProblem, fieldOf } from "./act-problem"
import { isAmount, isRate } from "./kinds"
import { useLoanAct, useOnceKey, useSeenVersion } from "./use-act"

const FIELDS: ReadonlySet<string> = new Set(["amount", "term_months", "rate", "number", "reason"])
const TERM_MAX = 1_200
const REASON_LENGTH_MAX = 2_000

/** A new loan of the same product that pays this one off today; cash moves for the difference. */
export default function RefinanceDialog({ loan, onClose }: { loan: Loan; onClose: () => void }) {
  const navigate = useNavigate()
  const payoff = useQuery(payoffQuery(loan.id)).data
  const [form, setForm] = useState({ amount: "", term_months: "", rate: "", number: "", reason: "" })
  const version = useSeenVersion(loan)
  const keyFor = useOnceKey()
  const act = useLoanAct(
    async () => {
      const body = {
        amount: form.amount.trim().replace(",", "."),
        term_months: Number(form.term_months),
        rate: form.rate.trim() ? form.rate.trim().replace(",", ".") : null,
        number: form.number.trim() || null,
        reason: form.reason.trim(),
        expected_version: version.seen,
      }
      const { data } = await api.POST("/api/v1/lending/loans/{loan_id}/refinance", {
        params: { path: { loan_id: loan.id }, header: keyFor(body) },
        body,
      })
      return data!
    },
    (made) => {
      toast(`${loan.reference} is paid off by ${made.reference}`, {
        detail: `${amountText(made.cash, made.currency)} goes to the borrower.`,
      })
      onClose()
      void navigate({ to: "/loans/$loanId", params: { loanId: made.loan_id }, search: {} })
    },
  )
  const set = (name: keyof typeof form) => (event: { target: { value: string } }) => {
    setForm((before) => ({ ...before, [name]: event.target.value }))
    if (act.error) act.reset()
  }
  const wrong = (name: string) => (fieldOf(act.error) === name ? act.error!.message : null)
  const months = Number(form.term_months)
  const ready =
    isAmount(form.amount) &&
    Number.isInteger(months) &&
    months >= 1 &&
    months <= TERM_MAX &&
    (form.rate.trim() === "" || isRate(form.rate)) &&
    form.reason.trim() !== ""
  const cash = payoff && isAmount(form.amount) ? Number(form.amount.replace(",", ".")) - Number(payoff.total) : null
  return (
    <Dialog open onClose={onClose} title={`Refinance ${loan.reference}`} wide>
      <form
        className="grid gap-4 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !act.isPending) act.mutate(undefined)
        }}
      >
        <Field label={`Amount of the new loan (${loan.currency})`} error={wrong("amount")}>
          {(control) => (
            <Input
              {...control}
              required
              inputMode="decimal"
              autoComplete="off"
              className="num"
              value={form.amount}
              onChange={set("amount")}
            />
          )}
        </Field>
        <Field label="Term in months" error={wrong("term_months")}>
          {(control) => (
            <Input
              {...control}
              required
              type="number"
              min={1}
              max={TERM_MAX}
              value={form.term_months}
              onChange={set("term_months")}
            />
          )}
        </Field>
        <Field label="Rate, percent a year" hint="Empty: the product's." error={wrong("rate")}>
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              autoComplete="off"
              className="num"
              value={form.rate}
              onChange={set("rate")}
            />
          )}
        </Field>
        <Field label="Number of the new loan" hint="Empty: one is given." error={wrong("number")}>
          {(control) => <Input {...control} maxLength={200} value={form.number} onChange={set("number")} />}
        </Field>
        <Field className="sm:col-span-2" label="Reason (kept in the record)" error={wrong("reason")}>
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              required
              maxLength={REASON_LENGTH_MAX}
              value={form.reason}
              onChange={set("reason")}
            />
          )}
        </Field>
        {payoff && (
          <Notice className="sm:col-span-2" tone={cash !== null && cash < 0 ? "warn" : "info"}>
            Paying {loan.reference} off takes{" "}
            <Amount value={payoff.total} currency={payoff.currency} className="font-medium" /> on {dayText(payoff.on)}.{" "}
            {cash === null ? null : cash < 0 ? (
              <>
                The new loan is <Amount value={-cash} currency={payoff.currency} className="font-medium" /> too small
                for it.
              </>
            ) : (
              <>
                <Amount value={cash} currency={payoff.currency} className="font-medium" /> is left for the borrower,
                less fees that are kept back.
              </>
            )}
          </Notice>
        )}
        <div className="flex flex-col gap-3 sm:col-span-2">
          {act.error && !FIELDS.has(fieldOf(act.error) ?? "") && (
            <ActProblem
              error={act.error}
              onAccept={() => {
                version.accept()
                act.reset()
              }}
            />
          )}
          <div className="flex justify-end gap-2">
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" variant="solid" disabled={!ready} busy={act.isPending}>
              Refinance
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  )
}
