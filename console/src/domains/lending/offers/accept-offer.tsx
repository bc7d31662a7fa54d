import { useQuery, useQueryClient } from "@tanstack/react-query"
import { Plus, Trash2 } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { type ApiError, asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { money } from "@/ui/format"
import { Loading } from "@/ui/states"
import { toast } from "@/ui/toast"
import { useBusinessToday } from "../terms/days"
import type { CreditTerms } from "../terms/document"
import { usePlanned } from "../terms/preview"
import { CostFacts, ScheduleTable } from "../terms/schedule-view"
import { aboutOffers, conditionsQuery, type Offer, offerQuery } from "./queries"

interface Part {
  amount: string
  planned_on: string
}

/** The borrower's yes: from which day, in which parts; the schedule that is booked then stands below. */
export function AcceptOffer({ offer, terms, onClose }: { offer: Offer; terms: CreditTerms; onClose: () => void }) {
  const client = useQueryClient()
  const today = useBusinessToday()
  const [headers, setHeaders] = useState(once)
  const [start, setStart] = useState(today)
  const [parts, setParts] = useState<Part[] | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [busy, setBusy] = useState(false)
  const full = useQuery(offerQuery(offer.id))
  const open = useQuery(conditionsQuery(offer.application_id)).data?.items.filter(
    ({ state }) => state === "pending" || state === "received",
  )
  const agreed = full.data?.schedule?.terms
  const planned = usePlanned(agreed && start ? { ...agreed, start } : null)
  const sum = parts?.reduce((total, part) => total + Math.round(Number(part.amount) * 100), 0)
  const whole = Math.round(Number(offer.amount) * 100)
  const missing = sum === undefined ? 0 : (whole - sum) / 100
  const fault = (name: string) => (error?.field?.includes(name) ? error.sentence : null)
  const elsewhere = error && !["start", "tranches"].some((name) => error.field?.includes(name))
  const accept = async () => {
    setBusy(true)
    setError(null)
    try {
      const { data } = await api.POST("/api/v1/lending/offers/{offer_id}/accept", {
        params: { path: { offer_id: offer.id }, header: headers },
        body: { start, tranches: parts ?? [] },
      })
      toast(`Accepted: loan ${data!.loan} is opened`)
      await client.invalidateQueries({ predicate: aboutOffers })
      onClose()
    } catch (problem) {
      setError(asApiError(problem))
      setHeaders(once())
    } finally {
      setBusy(false)
    }
  }
  const change = (at: number, part: Partial<Part>) =>
    setParts((now) => (now ? now.with(at, { ...now[at]!, ...part }) : null))
  return (
    <Dialog open onClose={onClose} title="Accept this offer" wide>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void accept()
        }}
      >
        <p className="text-ink-2">
          On the borrower's word. The loan is opened on these terms, which then stand; money goes out by itself once
          every condition is met.
        </p>
        {open && open.length > 0 && (
          <Notice>
            {open.length === 1 ? "One condition is" : `${open.length} conditions are`} open:{" "}
            {open.map((each) => each.label).join(", ")}.
          </Notice>
        )}
        <Field
          label="The loan begins on"
          hint="Money goes out on that day at the earliest."
          error={fault("start")}
          className="max-w-56"
        >
          {(control) => (
            <Input {...control} type="date" value={start} onChange={(event) => setStart(event.target.value)} />
          )}
        </Field>
        {terms.tranches_max > 1 && (
          <div className="flex flex-col gap-2">
            {parts === null ? (
              <Button
                size="sm"
                className="self-start"
                onClick={() => setParts([{ amount: offer.amount ?? "", planned_on: start }])}
              >
                Pay out in parts
              </Button>
            ) : (
              <>
                <ul aria-label="Tranches" className="flex flex-col gap-2">
                  {parts.map((part, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: tranches are known by their number
                    <li key={at} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-start gap-2">
                      <Field label={`Tranche ${at + 1} (${offer.currency})`}>
                        {(control) => (
                          <Input
                            {...control}
                            inputMode="decimal"
                            autoComplete="off"
                            className="num"
                            value={part.amount}
                            onChange={(event) => change(at, { amount: event.target.value.replace(",", ".").trim() })}
                          />
                        )}
                      </Field>
                      <Field label="Not before">
                        {(control) => (
                          <Input
                            {...control}
                            type="date"
                            value={part.planned_on}
                            onChange={(event) => change(at, { planned_on: event.target.value })}
                          />
                        )}
                      </Field>
                      <Button
                        size="icon"
                        variant="ghost"
                        className="mt-5"
                        aria-label={`Remove tranche ${at + 1}`}
                        onClick={() => setParts(parts.length === 1 ? null : parts.toSpliced(at, 1))}
                      >
                        <Trash2 />
                      </Button>
                    </li>
                  ))}
                </ul>
                <div className="flex flex-wrap items-center gap-3">
                  <Button
                    size="sm"
                    disabled={parts.length >= terms.tranches_max}
                    onClick={() =>
                      setParts([
                        ...parts,
                        { amount: missing > 0 ? missing.toFixed(2) : "", planned_on: parts.at(-1)!.planned_on },
                      ])
                    }
                  >
                    <Plus /> Tranche
                  </Button>
                  <span className="text-xs text-ink-3">
                    {missing === 0
                      ? `In all ${money(offer.amount ?? "0", offer.currency)}.`
                      : Number.isFinite(missing)
                        ? `${money(Math.abs(missing), offer.currency)} ${missing > 0 ? "are left" : "too much"}.`
                        : "Give amounts."}
                  </span>
                </div>
              </>
            )}
            {fault("tranches") && (
              <p role="alert" className="text-xs text-decline">
                {fault("tranches")}
              </p>
            )}
          </div>
        )}
        <section aria-label="What will be booked" className="rounded-control bg-sunken p-3 dark:bg-raised">
          {planned.fault && <p className="mb-2 text-[13px] text-decline">{planned.fault.sentence}</p>}
          {planned.shown ? (
            <div className="flex flex-col gap-3">
              <CostFacts schedule={planned.shown} />
              <ScheduleTable schedule={planned.shown} className="max-h-52" />
            </div>
          ) : (
            !planned.fault && <Loading rows={3} />
          )}
        </section>
        {elsewhere && (
          <Notice tone="bad">
            <span role="alert">{error.sentence}</span>
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={busy} disabled={!start || (parts !== null && missing !== 0)}>
            Accept the offer
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
