/** The acts by which something happens to a loan: what they ask for, and how they are called. */
import type { Schema } from "@/api/client"
import { sum } from "../amounts"
import type { Instalment, Loan } from "../queries"

export type ActKind = Exclude<Schema["TransactionType"], never>
export type ActField = "amount" | "component" | "name" | "rate" | "until" | "periods" | "first_due" | "capitalize"
export type Component = "principal" | "interest" | "fee" | "penalty"

export interface ActSpec {
  label: string
  title: string
  confirm: string
  /** What follows from it, in a sentence. */
  lead: string
  done: string
  fields: ActField[]
  /** Whether it changes what is owed: it needs a reason, and the right to relieve. */
  relieves: boolean
  danger?: true
  /** Whether the loan's number must be typed first. */
  typed?: true
}

export const ACTS: Record<ActKind, ActSpec> = {
  repayment: {
    label: "Record payment",
    title: "Record a payment",
    confirm: "Record payment",
    lead: "Money that came in. It pays what is due by the loan's own order.",
    done: "Payment recorded",
    fields: ["amount"],
    relieves: false,
  },
  disbursement: {
    label: "Record payout…",
    title: "Record a payout",
    confirm: "Record payout",
    lead: "Money that went out to the borrower outside of the payments service.",
    done: "Payout recorded",
    fields: ["amount"],
    relieves: true,
  },
  charge: {
    label: "Charge a fee…",
    title: "Charge a fee or penalty",
    confirm: "Charge",
    lead: "It is due at once, with the instalment of its day.",
    done: "Charged",
    fields: ["component", "name", "amount"],
    relieves: false,
  },
  waiver: {
    label: "Waive…",
    title: "Waive what is owed",
    confirm: "Waive",
    lead: "Lets go of something that is owed; the oldest of its kind first.",
    done: "Waived",
    fields: ["component", "amount"],
    relieves: true,
  },
  pause: {
    label: "Pause interest…",
    title: "Pause interest",
    confirm: "Pause",
    lead: "No interest accrues from the first day to the day before the other.",
    done: "Interest paused",
    fields: ["until"],
    relieves: true,
  },
  rate_change: {
    label: "Change the rate…",
    title: "Change the rate",
    confirm: "Change the rate",
    lead: "The equal instalment is computed anew from that day.",
    done: "Rate changed",
    fields: ["rate"],
    relieves: true,
  },
  restructure: {
    label: "Restructure…",
    title: "Restructure the loan",
    confirm: "Restructure",
    lead: "New terms for what is left; what is left empty stays as it is.",
    done: "Restructured",
    fields: ["periods", "rate", "first_due", "capitalize"],
    relieves: true,
  },
  refund: {
    label: "Refund…",
    title: "Refund the borrower's credit",
    confirm: "Record refund",
    lead: "The borrower's money that pays nothing is paid back to them.",
    done: "Refund recorded",
    fields: ["amount"],
    relieves: false,
  },
  charge_off: {
    label: "Charge off…",
    title: "Charge the loan off",
    confirm: "Charge off",
    lead: "The claim leaves the books as a loss. It is still collected, and what comes in is recovery.",
    done: "Charged off",
    fields: [],
    relieves: true,
    danger: true,
    typed: true,
  },
  write_off: {
    label: "Write off…",
    title: "Write the loan off",
    confirm: "Write off",
    lead: "The claim is given up and the loan closes. The borrower owes nothing any more.",
    done: "Written off",
    fields: [],
    relieves: true,
    danger: true,
    typed: true,
  },
}

export interface ActForm {
  amount: string
  value_on: string
  component: Component
  name: string
  rate: string
  until: string
  periods: string
  first_due: string
  capitalize: boolean
  reference: string
  reason: string
}

/** What is due by today and not paid; before that, what is due next. */
export function dueAmount({ instalments, on, figures }: Pick<Loan, "instalments" | "on" | "figures">): string {
  const due = sum(instalments.filter((each) => each.due <= on).map((each) => each.left))
  return due > 0 ? String(due) : (figures.next_due ?? "")
}

/** What is owed of a kind by today. */
export const owedOf = (instalments: Instalment[], component: Component, on: string): number =>
  sum(
    instalments
      .filter((each) => each.due <= on || each.begins <= on || component === "principal")
      .map((each) => each[component].left),
  )

export function startForm(kind: ActKind, loan: Loan, today: string): ActForm {
  const { figures, instalments, terms } = loan
  const left = Number((terms as { amount?: string }).amount ?? 0) - Number(figures.disbursed)
  const late: Component[] = ["penalty", "fee", "interest", "principal"]
  return {
    amount:
      kind === "repayment"
        ? dueAmount(loan)
        : kind === "refund"
          ? figures.credit
          : kind === "disbursement" && left > 0
            ? left.toFixed(2)
            : "",
    value_on: today,
    component: kind === "waiver" ? (late.find((each) => owedOf(instalments, each, loan.on) > 0) ?? "interest") : "fee",
    name: "",
    rate: "",
    until: "",
    periods: "",
    first_due: "",
    capitalize: false,
    reference: "",
    reason: "",
  }
}

type Body = Schema["TransactionBody"]
const AMOUNT = /^\d{1,15}([.,]\d{1,4})?$/
const RATE = /^\d{1,4}([.,]\d{1,8})?$/
const decimal = (text: string) => text.trim().replace(",", ".")

/** Whether text is an amount above nothing. */
export const isAmount = (text: string) => AMOUNT.test(text.trim()) && Number(decimal(text)) > 0
export const isRate = (text: string) => RATE.test(text.trim())

/** What is sent; null while something that it needs is missing or half typed. */
export function bodyOf(kind: ActKind, form: ActForm): Body | null {
  const { fields } = ACTS[kind]
  const wants = (field: ActField) => fields.includes(field)
  if (!form.value_on) return null
  if (wants("amount") && !isAmount(form.amount)) return null
  const parameters: Record<string, unknown> = {}
  if (wants("component")) parameters.component = form.component
  if (wants("name")) {
    if (!form.name.trim()) return null
    parameters.name = form.name.trim()
  }
  if (wants("until")) {
    if (!form.until) return null
    parameters.until = form.until
  }
  if (wants("rate") && form.rate.trim()) {
    if (!isRate(form.rate)) return null
    parameters.rate = decimal(form.rate)
  }
  if (kind === "rate_change" && parameters.rate === undefined) return null
  if (wants("periods") && form.periods.trim()) {
    const periods = Number(form.periods)
    if (!Number.isInteger(periods) || periods < 1) return null
    parameters.periods = periods
  }
  if (wants("first_due") && form.first_due) parameters.first_due = form.first_due
  if (wants("capitalize") && form.capitalize) parameters.capitalize = true
  if (kind === "restructure" && Object.keys(parameters).length === 0) return null
  return {
    type: kind,
    amount: wants("amount") ? decimal(form.amount) : "0",
    value_on: form.value_on,
    parameters,
    reference: form.reference.trim() || null,
    reason: form.reason.trim() || null,
  }
}
