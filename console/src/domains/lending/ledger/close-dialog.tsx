import { useQuery } from "@tanstack/react-query"
import { CircleCheck, CircleX, Lock } from "lucide-react"
import { type ReactNode, useState } from "react"
import { api, query } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Textarea } from "@/ui/field"
import { toast } from "@/ui/toast"
import { fieldOf } from "../loans/acts/act-problem"
import { useOnceKey } from "../loans/acts/use-act"
import { Amount, isZero } from "../loans/amounts"
import { dayText, useBusinessToday } from "../terms/days"
import { useLedgerAct } from "./account-dialog"
import type { Period } from "./queries"

const REASON_LENGTH_MAX = 500
const SHOWN = ["ends_on", "reason"]
const DAY_MILLISECONDS = 86_400_000

const dayBefore = (day: string) =>
  new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MILLISECONDS).toISOString().slice(0, 10)

/** Close the books to a day, for good, after a look at what is sealed and what stands in the way. */
export default function CloseDialog({ last, onClose }: { last: Period | undefined; onClose: () => void }) {
  const today = useBusinessToday()
  const monthEnd = dayBefore(`${today.slice(0, 7)}-01`)
  const [endsOn, setEndsOn] = useState(last && last.ends_on >= monthEnd ? dayBefore(today) : monthEnd)
  const [reason, setReason] = useState("")
  const key = useOnceKey()
  const balance = useQuery({
    ...query.queryOptions("get", "/api/v1/lending/ledger/trial-balance", { params: { query: { on: endsOn } } }),
    enabled: endsOn !== "" && endsOn < today,
  })
  const close = useLedgerAct(async () => {
    const body = { ends_on: endsOn, reason: reason.trim() }
    await api.POST("/api/v1/lending/ledger/periods", { body, headers: key(body) })
    toast(`The books are closed to ${dayText(endsOn)}`)
    onClose()
  })
  const field = fieldOf(close.error)
  const wrong = (name: string) => (field === name ? asApiError(close.error).sentence : null)
  const over = endsOn !== "" && endsOn < today
  const later = !last || endsOn > last.ends_on
  const level = balance.data?.totals.every((total) => isZero(total.balance))
  return (
    <Dialog open onClose={onClose} title="Close the books">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          close.mutate(undefined)
        }}
      >
        <Field label="Up to and including" error={wrong("ends_on")}>
          {(control) => (
            <Input
              {...control}
              type="date"
              required
              max={dayBefore(today)}
              value={endsOn}
              onChange={(event) => {
                setEndsOn(event.target.value)
                close.reset()
              }}
            />
          )}
        </Field>
        <section aria-label="What must hold" className="rounded-control bg-sunken px-3 py-2 text-[13px]">
          <ul className="flex flex-col gap-1">
            <Check holds={over}>
              {over ? "The day is over." : `The day must be over: today is ${dayText(today)}.`}
            </Check>
            <Check holds={later}>
              {last
                ? `It is after the last closed day, ${dayText(last.ends_on)}.`
                : "No period is closed yet, so any day may be the first."}
            </Check>
            <Check holds={level}>
              {level === undefined
                ? "Adding up…"
                : level
                  ? `Debits equal credits on ${balance.data!.lines.length} accounts.`
                  : "Debits and credits differ; nothing can be closed."}
            </Check>
            <li className="pl-6 text-xs text-ink-3">
              Every loan must be booked to the end of that day. If some are not, closing says how many wait, and since
              when.
            </li>
          </ul>
          {balance.data?.totals.map((total) => (
            <p key={total.currency} className="num mt-2 flex justify-between border-t pt-2 text-xs text-ink-2">
              <span>Sealed in {total.currency}</span>
              <span>
                debits <Amount value={total.debit} currency={total.currency} className="" /> · credits{" "}
                <Amount value={total.credit} currency={total.currency} className="" />
              </span>
            </p>
          ))}
        </section>
        <Field label="Reason (kept in the record)" error={wrong("reason")}>
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              required
              maxLength={REASON_LENGTH_MAX}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <Notice tone="warn" icon={<Lock aria-hidden />}>
          A closed period is never opened again. Corrections are booked on the first open day.
        </Notice>
        {close.error && !SHOWN.includes(field ?? "") && (
          <Notice tone="bad">
            <span role="alert">{asApiError(close.error).sentence}</span>
          </Notice>
        )}
        <div className="mt-1 flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="solid"
            busy={close.isPending}
            disabled={!over || !later || level === false || reason.trim() === ""}
          >
            Close to {endsOn ? dayText(endsOn) : "that day"}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

const Check = ({ holds, children }: { holds: boolean | undefined; children: ReactNode }) => (
  <li className="flex items-start gap-2">
    <span
      className={`mt-0.5 [&_svg]:size-4 ${holds === undefined ? "text-ink-3" : holds ? "text-approve" : "text-decline"}`}
    >
      {holds === false ? <CircleX aria-label="In the way:" /> : <CircleCheck aria-hidden />}
    </span>
    {children}
  </li>
)
