import { useQueryClient } from "@tanstack/react-query"
import { LoaderCircle } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { type ApiError, asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { toast } from "@/ui/toast"
import type { Application } from "../queries"
import { useBusinessToday } from "../terms/days"
import type { CreditTerms } from "../terms/document"
import { rangeFaults, useSchedule } from "../terms/preview"
import { CostFacts } from "../terms/schedule-view"
import { aboutOffers, type Offer } from "./queries"

const isNumber = (text: string) => /^\d+(\.\d+)?$/.test(text)
const NAMES = ["amount", "term_months", "rate"] as const

/** Ask for an offer on other terms than the product would make by itself; what it costs is shown as one types. */
export function NewOffer({
  application,
  terms,
  before,
  onClose,
}: {
  application: Application
  terms: CreditTerms
  before: Offer | undefined
  onClose: () => void
}) {
  const client = useQueryClient()
  const [start] = useState(useBusinessToday())
  const own = {
    amount: application.amount,
    term_months: String(application.term_months ?? onlyTerm(terms) ?? ""),
    rate: trimmed(before?.rate ?? listRate(terms, application) ?? ""),
  }
  const [typed, setTyped] = useState(own)
  const [headers, setHeaders] = useState(once)
  const [error, setError] = useState<ApiError | null>(null)
  const [busy, setBusy] = useState(false)
  const range = rangeFaults(terms, typed.amount, Number(typed.term_months))
  const granted = range.amount === null && range.term === null
  const sound = granted && NAMES.every((name) => isNumber(typed[name]))
  const schedule = useSchedule(
    terms,
    application.currency,
    { amount: typed.amount, termMonths: Number(typed.term_months), rate: typed.rate, start },
    sound,
  )
  const part = (name: (typeof NAMES)[number]) => error?.field?.split(".").at(-1) === name
  const beyond = { amount: range.amount, term_months: range.term, rate: null }
  const wrong = (name: (typeof NAMES)[number]) =>
    part(name)
      ? (error?.sentence ?? null)
      : typed[name] !== "" && !isNumber(typed[name])
        ? "Give a number."
        : beyond[name]
  const ask = async () => {
    setBusy(true)
    setError(null)
    // What was not asked for stays the product's own, even where it is the same rate.
    const rate = typed.rate === "" ? null : typed.rate !== own.rate ? typed.rate : (before?.requested.rate ?? null)
    try {
      const { data } = await api.POST("/api/v1/lending/applications/{application_id}/offers", {
        params: { path: { application_id: application.id }, header: headers },
        body: {
          amount: typed.amount === own.amount ? null : typed.amount,
          term_months: typed.term_months === own.term_months ? null : Number(typed.term_months),
          rate,
        },
      })
      toast(
        data!.state === "made"
          ? "Offer made"
          : data!.approval_id
            ? "People are asked about the offer"
            : "The offer waits",
        {
          detail: data!.state === "made" ? "The borrower may accept it." : undefined,
        },
      )
      await client.invalidateQueries({ predicate: aboutOffers })
      onClose()
    } catch (problem) {
      setError(asApiError(problem))
      setHeaders(once())
    } finally {
      setBusy(false)
    }
  }
  const set = (name: (typeof NAMES)[number]) => (event: { target: { value: string } }) =>
    setTyped((now) => ({ ...now, [name]: event.target.value.replace(",", ".").trim() }))
  return (
    <Dialog open onClose={onClose} title="New offer" wide>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void ask()
        }}
      >
        <p className="text-ink-2">
          It passes the policy like any other: terms beyond it are put to a person, or refused.
        </p>
        <div className="grid items-start gap-3 sm:grid-cols-3">
          <Field
            label={`Amount (${application.currency})`}
            hint={typed.amount === own.amount ? "As applied for." : `Applied for: ${own.amount}`}
            error={wrong("amount")}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                className="num"
                value={typed.amount}
                onChange={set("amount")}
              />
            )}
          </Field>
          <Field
            label="Term (months)"
            hint={
              typed.term_months === own.term_months ? "As applied for." : `Applied for: ${own.term_months || "none"}`
            }
            error={wrong("term_months")}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                autoComplete="off"
                className="num"
                value={typed.term_months}
                onChange={set("term_months")}
              />
            )}
          </Field>
          <Field
            label="Nominal rate (% a year)"
            hint={
              before?.rate ? `Before: ${trimmed(before.rate)}` : "As the product says; empty leaves it to the product."
            }
            error={wrong("rate")}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                className="num"
                value={typed.rate}
                onChange={set("rate")}
              />
            )}
          </Field>
        </div>
        <section
          aria-label="What it costs"
          aria-busy={schedule.busy}
          className="rounded-control bg-sunken p-3 dark:bg-raised"
        >
          <h3 className="mb-2 flex items-center gap-1.5 text-xs font-semibold text-ink-2">
            If it begins today
            {schedule.busy && <LoaderCircle aria-hidden className="size-3.5 animate-spin text-ink-3" />}
          </h3>
          {schedule.error && <p className="mb-2 text-[13px] text-review">{schedule.error}</p>}
          {schedule.shown ? (
            <div aria-live="polite">
              <CostFacts schedule={schedule.shown} />
            </div>
          ) : (
            <p className="text-[13px] text-ink-3">
              {sound ? "Computing…" : "Give amount, term and rate to see what it costs."}
            </p>
          )}
        </section>
        {error && !NAMES.some(part) && (
          <Notice tone="bad">
            <span role="alert">{error.sentence}</span>
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="solid"
            busy={busy}
            disabled={!granted || (typed.rate !== "" && !isNumber(typed.rate))}
          >
            Propose the offer
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** "21" for "21.000000". */
const trimmed = (rate: string) => (isNumber(rate) ? String(Number(rate)) : rate)

function onlyTerm({ terms }: CreditTerms): number | null {
  if (terms.allowed.length === 1) return terms.allowed[0]!
  return terms.minimum === terms.maximum ? terms.minimum : null
}

/** The product's own rate for an applicant, as far as it can be told here. */
function listRate({ rate }: CreditTerms, { decision, fields }: Application): string | null {
  if (rate.kind === "fixed") return rate.rate
  if (rate.kind === "index") return null
  const repaid = decision?.probability_of_repayment
  const score = fields.find((field) => field.role === "credit_score")?.value
  const band = rate.bands.find((each) =>
    each.from_score === null
      ? repaid !== null && repaid !== undefined && 1 - Number(repaid) <= Number(each.up_to_probability_of_default)
      : typeof score === "number" && score >= Number(each.from_score),
  )
  return band?.rate ?? null
}
