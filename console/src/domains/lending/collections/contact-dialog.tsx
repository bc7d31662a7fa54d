import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { useOrganization, useTimeZone } from "@/app/session"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { momentIn } from "@/ui/days"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select, Textarea } from "@/ui/field"
import { toast } from "@/ui/toast"
import { ActProblem, fieldOf } from "../loans/acts/act-problem"
import { useLoanAct, useOnceKey } from "../loans/acts/use-act"
import { useBusinessToday } from "../terms/days"
import { firstPromise, PromiseFields } from "./promise-fields"
import type { Case, StepView } from "./queries"
import type { Step } from "./search"
import { CHANNELS, OUTCOMES, outcomesOf, stepLabel } from "./words"

const LOGGED: Step[] = ["call", "remind", "letter", "offer_hardship"]
const SHOWN = ["at", "outcome", "note", "amount", "due_on"]
const USUAL: Partial<Record<Step, Schema["Channel"]>> = { call: "phone", letter: "letter", offer_hardship: "phone" }

/** Say what came of a contact, planned or not. What took place is recorded whatever the limits say. */
export default function ContactDialog({ of, step, onClose }: { of: Case; step?: StepView; onClose: () => void }) {
  const today = useBusinessToday()
  const own = useTimeZone()
  const organization = useOrganization()
  const zone = own ?? organization?.time_zone ?? "UTC"
  const [action, setAction] = useState<Step>(step?.action ?? "call")
  const [channel, setChannel] = useState<Schema["Channel"] | "">(step?.channel ?? "phone")
  const [outcome, setOutcome] = useState(outcomesOf(action)[0]!)
  const [at, setAt] = useState("")
  const [note, setNote] = useState("")
  const [promise, setPromise] = useState(() => firstPromise(of, today))
  const key = useOnceKey()
  const open = of.promises.some((each) => each.state === "open")
  const promises = outcome === "promised" && !open
  const rules = of.allowed.find((each) => each.action === action)?.reasons ?? []
  const log = useLoanAct(
    async () => {
      const done = {
        outcome,
        note: note.trim() || null,
        at: at ? momentIn(at, zone).toISOString() : null,
        promise: promises ? { ...promise, note: null } : null,
      }
      const answer = step
        ? await api.POST("/api/v1/lending/collections/steps/{step_id}/done", {
            params: { path: { step_id: step.id } },
            body: done,
            headers: key({ step: step.id, ...done }),
          })
        : await api.POST("/api/v1/lending/collections/loans/{loan_id}/contacts", {
            params: { path: { loan_id: of.loan_id } },
            body: { ...done, action, channel: channel || null },
            headers: key({ action, channel, ...done }),
          })
      return answer.data!
    },
    ({ breaches }) => {
      toast(step ? `${stepLabel(action)} done` : "Contact logged", {
        detail: breaches.length > 0 ? `It was against a limit: ${breaches.join(" ")}` : undefined,
      })
      onClose()
    },
  )
  const field = fieldOf(log.error)?.replace(/^promise\./, "") ?? null
  const wrong = (name: string) => (field === name ? asApiError(log.error).sentence : null)
  const choose = (next: Step) => {
    setAction(next)
    setChannel(USUAL[next] ?? "email")
    setOutcome(outcomesOf(next)[0]!)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={step ? `What came of it: ${stepLabel(action).toLowerCase()}` : "Log a contact"}
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          log.mutate(undefined)
        }}
      >
        {!step && (
          <div className="grid grid-cols-2 gap-3">
            <Field label="What">
              {(control) => (
                <Select {...control} value={action} onChange={(event) => choose(event.target.value as Step)}>
                  {LOGGED.map((each) => (
                    <option key={each} value={each}>
                      {stepLabel(each)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label="By">
              {(control) => (
                <Select
                  {...control}
                  value={channel}
                  onChange={(event) => setChannel(event.target.value as Schema["Channel"])}
                >
                  {Object.entries(CHANNELS).map(([value, label]) => (
                    <option key={value} value={value}>
                      {label}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        )}
        <div className="grid grid-cols-2 gap-3">
          <Field label="How it went" error={wrong("outcome")}>
            {(control) => (
              <Select
                {...control}
                value={outcome}
                onChange={(event) => setOutcome(event.target.value as Schema["ContactOutcome"])}
              >
                {outcomesOf(action).map((each) => (
                  <option key={each} value={each}>
                    {OUTCOMES[each]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="When" error={wrong("at")} hint={`Empty: now. Business time, ${zone}.`}>
            {(control) => (
              <Input {...control} type="datetime-local" value={at} onChange={(event) => setAt(event.target.value)} />
            )}
          </Field>
        </div>
        {promises && <PromiseFields of={of} draft={promise} wrong={wrong} onChange={setPromise} />}
        <Field label="Note" error={wrong("note")}>
          {(control) => (
            <Textarea
              {...control}
              rows={3}
              maxLength={2000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        {outcome === "hardship" && of.marks.hardship === null && (
          <Notice>This notes a request for relief: until it is answered, nothing is collected.</Notice>
        )}
        {outcome === "disputes" && !of.marks.disputed && (
          <Notice>This marks the debt as disputed: a person is asked before every further step.</Notice>
        )}
        {rules.length > 0 && at === "" && (
          <Notice tone="warn">
            {rules.join(" ")} A contact that took place is recorded all the same, and the breach with it.
          </Notice>
        )}
        {log.error && !SHOWN.includes(field ?? "") && <ActProblem error={log.error} onAccept={log.reset} />}
        <div className="mt-1 flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={log.isPending}>
            {step ? "Mark as done" : "Log it"}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
