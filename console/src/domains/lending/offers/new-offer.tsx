import { useQueryClient } from "@tanstack/react-query"
import { LoaderCircle } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { type ApiError, asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { toast } from "@/ui/toast"
import type { Application } from "../queries"
import { faultAt, usePreview } from "../terms/preview"
import { CostFacts, rateText } from "../terms/schedule-view"
import { aboutOffers, type Offer } from "./queries"

const isNumber = (text: string) => /^\d+(\.\d+)?$/.test(text)
const isWhole = (text: string) => /^\d+$/.test(text)
const NAMES = ["amount", "term_months", "rate"] as const

/** Ask for an offer on other terms than the product would make by itself; what it costs is shown as one types. */
export function NewOffer({
  application,
  before,
  onClose,
}: {
  application: Application
  before: Offer | undefined
  onClose: () => void
}) {
  const client = useQueryClient()
  const own = {
    amount: application.amount,
    term_months: application.term_months === null ? "" : String(application.term_months),
    rate: trimmed(before?.requested.rate ?? ""),
  }
  const [typed, setTyped] = useState(own)
  const [headers, setHeaders] = useState(once)
  const [error, setError] = useState<ApiError | null>(null)
  const [busy, setBusy] = useState(false)
  // What is left as it was applied for is not asked for; without a rate the product's own holds.
  const request = {
    amount: typed.amount === own.amount ? null : typed.amount,
    term_months: typed.term_months === own.term_months ? null : Number(typed.term_months),
    rate: typed.rate === "" ? null : typed.rate,
  }
  const sound =
    isNumber(typed.amount) &&
    (request.term_months === null || isWhole(typed.term_months)) &&
    (typed.rate === "" || isNumber(typed.rate))
  const {
    shown,
    busy: computing,
    fault,
  } = usePreview("offer", sound ? request : null, async (body, signal) => {
    const { data } = await api.POST("/api/v1/lending/applications/{application_id}/offers/preview", {
      params: { path: { application_id: application.id } },
      body,
      signal,
    })
    return data!
  })
  const refused = error ?? fault
  const wrong = (name: (typeof NAMES)[number]) =>
    faultAt(refused, name) ??
    faultAt(refused, `body.${name}`) ??
    (typed[name] !== "" && !(name === "term_months" ? isWhole : isNumber)(typed[name]) ? "Give a number." : null)
  const elsewhere = refused && !NAMES.some((name) => wrong(name)) ? refused.sentence : null
  const ask = async () => {
    setBusy(true)
    setError(null)
    try {
      const { data } = await api.POST("/api/v1/lending/applications/{application_id}/offers", {
        params: { path: { application_id: application.id }, header: headers },
        body: request,
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
  const set = (name: (typeof NAMES)[number]) => (event: { target: { value: string } }) => {
    setTyped((now) => ({ ...now, [name]: event.target.value.replace(",", ".").trim() }))
    setError(null)
  }
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
              [
                shown?.list_rate && `The product's own: ${rateText(shown.list_rate)}.`,
                before?.rate && `Before: ${rateText(before.rate)}.`,
              ]
                .filter(Boolean)
                .join(" ") || "Empty leaves it to the product."
            }
            error={wrong("rate")}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                className="num"
                placeholder={shown?.list_rate ? trimmed(shown.list_rate) : undefined}
                value={typed.rate}
                onChange={set("rate")}
              />
            )}
          </Field>
        </div>
        <section
          aria-label="What it costs"
          aria-busy={computing}
          className="rounded-control bg-sunken p-3 dark:bg-raised"
        >
          <h3 className="mb-2 flex items-center gap-1.5 text-xs font-semibold text-ink-2">
            If it begins today
            {shown?.risk_band && <span className="font-normal text-ink-3">band {shown.risk_band}</span>}
            {computing && <LoaderCircle aria-hidden className="size-3.5 animate-spin text-ink-3" />}
          </h3>
          {shown ? (
            <div aria-live="polite" className={cn("transition-opacity", fault && "opacity-60")}>
              <CostFacts schedule={shown.schedule} />
            </div>
          ) : (
            <p className="text-[13px] text-ink-3">{computing ? "Computing…" : "It has no price as it stands."}</p>
          )}
        </section>
        {elsewhere && (
          <Notice tone={error ? "bad" : "warn"}>
            <span role="alert">{elsewhere}</span>
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={busy} disabled={!sound}>
            Propose the offer
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** "21" for "21.000000". */
const trimmed = (rate: string) => (isNumber(rate) ? String(Number(rate)) : rate)
