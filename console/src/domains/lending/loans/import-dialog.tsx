import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { CircleAlert } from "lucide-react"
import { useState } from "react"
import { api } from "@/api/client"
import { useOrganization } from "@/app/session"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select } from "@/ui/field"
import { toast } from "@/ui/toast"
import { productsQuery } from "../queries"
import { useBusinessToday } from "../terms/days"
import { type LoanTerms, usePlanned, useProductLoan } from "../terms/preview"
import { CostFacts, ScheduleTable } from "../terms/schedule-view"
import { METHODS } from "../terms/summaries"
import { fieldOf } from "./acts/act-problem"
import { isAmount, isRate } from "./acts/kinds"
import { useLoanAct, useOnceKey } from "./acts/use-act"

const EVERY: [string, string][] = [
  ["1m", "Every month"],
  ["2w", "Every 2 weeks"],
  ["1w", "Every week"],
  ["3m", "Every 3 months"],
  ["1y", "Every year"],
]
const DAY_COUNTS = ["ACT/365", "ACT/360", "ACT/ACT", "30/360", "ACT/365.25"]
const TEXT_LENGTH_MAX = 200
const PERIODS_MAX = 1_200

const decimal = (text: string) => text.trim().replace(",", ".")

/** Bring in a loan that was made elsewhere: its terms and the day it was paid out, with its schedule at the side. */
export default function ImportLoan({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate()
  const today = useBusinessToday()
  const organization = useOrganization()
  const products = useQuery(productsQuery).data?.items ?? []
  const [form, setForm] = useState({
    reference: "",
    borrower: "",
    product: "",
    amount: "",
    rate: "",
    periods: "12",
    every: "1m",
    method: "equal_instalment",
    day_count: "ACT/365",
    disbursed_on: today,
  })
  const product = products.find((each) => each.key === form.product) ?? products[0]
  const currency = product?.currency ?? organization?.currency ?? "USD"
  const periods = Number(form.periods)
  const sound =
    isAmount(form.amount) && isRate(form.rate) && Number.isInteger(periods) && periods >= 1 && form.disbursed_on !== ""
  // What the form does not ask for is the product's, as any loan of it would have it.
  const credit = product?.credit_terms
  const own = useProductLoan(
    credit && product
      ? {
          product: product.key,
          version: product.version,
          amount: credit.amounts.minimum,
          term_months: credit.terms.allowed[0] ?? credit.terms.minimum,
          rate: "0",
        }
      : null,
  ).shown?.terms
  const terms =
    sound && (own || !credit)
      ? {
          ...(credit && own),
          amount: decimal(form.amount),
          currency,
          rate: decimal(form.rate),
          periods,
          start: form.disbursed_on,
          every: form.every,
          method: form.method as LoanTerms["method"],
          day_count: form.day_count as LoanTerms["day_count"],
        }
      : null
  const planned = usePlanned(terms)
  const keyFor = useOnceKey()
  const act = useLoanAct(
    async () => {
      const body = {
        reference: form.reference.trim(),
        borrower: form.borrower.trim(),
        product: product!.key,
        terms: terms!,
        disbursed_on: form.disbursed_on,
        transactions: [],
      }
      const { data } = await api.POST("/api/v1/lending/loans", { params: { header: keyFor(body) }, body })
      return data!
    },
    (loan) => {
      toast(`${loan.reference} is brought in`, { detail: "Upload its repayments, or record them one by one." })
      onClose()
      void navigate({ to: "/loans/$loanId", params: { loanId: loan.id }, search: {} })
    },
  )
  const set = (name: keyof typeof form) => (event: { target: { value: string } }) => {
    setForm((before) => ({ ...before, [name]: event.target.value }))
    if (act.error) act.reset()
  }
  const fault =
    fieldOf(act.error)
      ?.replace(/^terms\./, "")
      .replace(/^start$/, "disbursed_on") ?? null
  const wrong = (name: string) => (fault === name ? act.error!.message : null)
  const ready = terms !== null && product !== undefined && form.reference.trim() !== "" && form.borrower.trim() !== ""
  const input = (name: keyof typeof form, label: string, more: React.ComponentProps<"input"> = {}, hint?: string) => (
    <Field label={label} hint={hint} error={wrong(name)}>
      {(control) => (
        <Input {...control} required autoComplete="off" value={form[name]} onChange={set(name)} {...more} />
      )}
    </Field>
  )
  const select = (name: keyof typeof form, label: string, choices: [string, string][]) => (
    <Field label={label} error={wrong(name)}>
      {(control) => (
        <Select {...control} value={form[name]} onChange={set(name)}>
          {choices.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
  return (
    <Dialog open onClose={onClose} title="Import a loan" wide>
      <form
        className="grid gap-x-6 gap-y-4 sm:grid-cols-[19rem_minmax(0,1fr)]"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !act.isPending) act.mutate(undefined)
        }}
      >
        <div className="grid grid-cols-2 content-start gap-3">
          {input("reference", "Number", { maxLength: TEXT_LENGTH_MAX })}
          {input("borrower", "Borrower", { maxLength: TEXT_LENGTH_MAX })}
          <div className="col-span-2">
            {select(
              "product",
              "Product",
              products.map((each) => [each.key, each.name]),
            )}
          </div>
          {input("amount", `Amount (${currency})`, { inputMode: "decimal", className: "num" })}
          {input("rate", "Rate, percent a year", { inputMode: "decimal", className: "num" })}
          {input("periods", "Instalments", { type: "number", min: 1, max: PERIODS_MAX })}
          {select("every", "Due", EVERY)}
          {select("method", "Repayment", Object.entries(METHODS))}
          {select(
            "day_count",
            "Day count",
            DAY_COUNTS.map((each) => [each, each]),
          )}
          <div className="col-span-2">
            {input(
              "disbursed_on",
              "Paid out on",
              { type: "date", max: today },
              "The whole amount, and interest from then on.",
            )}
          </div>
        </div>
        <section
          aria-label="Preview"
          aria-busy={planned.busy || undefined}
          className="min-w-0 rounded-control border bg-sunken/50 p-3"
        >
          <h2 className="mb-2 text-[13px] font-semibold">Its schedule</h2>
          {planned.fault && terms ? (
            <Notice tone="warn">
              <span role="alert">{planned.fault.sentence}</span>
            </Notice>
          ) : planned.shown && terms ? (
            <div aria-busy={planned.busy}>
              <CostFacts schedule={planned.shown} />
              <ScheduleTable schedule={planned.shown} className="mt-3 max-h-56 bg-surface" />
            </div>
          ) : (
            <p className="text-[13px] text-ink-3">Amount, rate and instalments first; then it is shown here.</p>
          )}
        </section>
        <div className="flex flex-col gap-3 sm:col-span-2">
          {act.error && !(fault && fault in form) && (
            <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
              <span role="alert">{act.error.message}</span>
            </Notice>
          )}
          <div className="flex justify-end gap-2">
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" variant="solid" disabled={!ready} busy={act.isPending}>
              Import
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  )
}
