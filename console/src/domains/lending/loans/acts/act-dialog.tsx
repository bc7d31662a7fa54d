import { useQuery } from "@tanstack/react-query"
import { type FormEvent, useId, useState } from "react"
import { api } from "@/api/client"
import { Notice, Skeleton } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Textarea } from "@/ui/field"
import { toast } from "@/ui/toast"
import { dayText, useBusinessToday } from "../../terms/days"
import { amountText, isZero } from "../amounts"
import { type Loan, payoffQuery } from "../queries"
import { ActFields } from "./act-fields"
import { ActProblem, fieldOf } from "./act-problem"
import { EffectPanel } from "./effect-panel"
import { ACTS, type ActForm, type ActKind, bodyOf, dueAmount, startForm } from "./kinds"
import { useLoanAct, useOnceKey, usePreview, useSeenVersion } from "./use-act"

const REFERENCE_LENGTH_MAX = 100
const REASON_LENGTH_MAX = 2_000

/** Do something to a loan: what it asks for at the left, what it would do at the right, before it is done. */
export default function ActDialog({ kind, loan, onClose }: { kind: ActKind; loan: Loan; onClose: () => void }) {
  const spec = ACTS[kind]
  const today = useBusinessToday()
  const [form, setForm] = useState(() => startForm(kind, loan, today))
  const [typed, setTyped] = useState("")
  const typedId = useId()
  const version = useSeenVersion(loan)
  const keyFor = useOnceKey()
  const body = bodyOf(kind, form)
  const preview = usePreview(loan, body)
  const act = useLoanAct(
    async (sent: NonNullable<typeof body>) => {
      const whole = { ...sent, expected_version: version.seen }
      const { data } = await api.POST("/api/v1/lending/loans/{loan_id}/transactions", {
        params: { path: { loan_id: loan.id }, header: keyFor(whole) },
        body: whole,
      })
      return data!
    },
    (recorded) => {
      toast(spec.done, {
        detail: recorded.replayed
          ? "It had been recorded before, by its reference."
          : `${loan.reference}: ${amountText(recorded.outstanding, loan.currency)} outstanding${
              isZero(recorded.arrears) ? "" : `, ${amountText(recorded.arrears, loan.currency)} in arrears`
            }`,
      })
      onClose()
    },
  )
  const change = (part: Partial<ActForm>) => {
    setForm((before) => ({ ...before, ...part }))
    if (act.error) act.reset()
  }
  const actField = fieldOf(act.error)
  const wrong = (name: string) =>
    actField === name ? act.error!.message : fieldOf(preview.error) === name ? (preview.error?.sentence ?? null) : null
  const atField = [actField, fieldOf(preview.error)].some((each) => each && SHOWN_FIELDS.has(each))
  const ready =
    body !== null &&
    !preview.error &&
    (!spec.relieves || form.reason.trim() !== "") &&
    (!spec.typed || typed === loan.reference)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready && !act.isPending) act.mutate(body)
  }
  const backdated = form.value_on !== "" && form.value_on < loan.on
  return (
    <Dialog open onClose={onClose} title={spec.title} wide>
      <form onSubmit={submit} className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
        <div className="flex flex-col gap-3">
          <p className="text-[13px] text-ink-2">{spec.lead}</p>
          {kind === "repayment" && <Amounts loan={loan} onChoose={(amount) => change({ amount })} />}
          <ActFields kind={kind} loan={loan} form={form} onChange={change} wrong={wrong} />
          <Field
            label={kind === "pause" ? "From" : "Counts from"}
            error={wrong("value_on")}
            hint={backdated ? "Earlier than today: what was booked since is booked anew." : undefined}
          >
            {(control) => (
              <Input
                {...control}
                type="date"
                required
                max={loan.on > today ? loan.on : today}
                value={form.value_on}
                onChange={(event) => change({ value_on: event.target.value })}
              />
            )}
          </Field>
          {!spec.relieves && (
            <Field
              label="Reference"
              hint="Such as the bank's. The same reference is never recorded twice."
              error={wrong("reference")}
            >
              {(control) => (
                <Input
                  {...control}
                  value={form.reference}
                  maxLength={REFERENCE_LENGTH_MAX}
                  autoComplete="off"
                  onChange={(event) => change({ reference: event.target.value })}
                />
              )}
            </Field>
          )}
          <Field
            label={spec.relieves ? "Reason (kept in the record)" : "Note (kept in the record)"}
            error={wrong("reason")}
          >
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                required={spec.relieves}
                maxLength={REASON_LENGTH_MAX}
                value={form.reason}
                onChange={(event) => change({ reason: event.target.value })}
              />
            )}
          </Field>
          {spec.typed && (
            <div>
              <label htmlFor={typedId} className="mb-1 block text-xs font-medium text-ink-2">
                Type <span className="mono text-ink">{loan.reference}</span> to confirm
              </label>
              <Input id={typedId} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
            </div>
          )}
        </div>
        <section
          aria-label="Preview"
          aria-busy={preview.busy || undefined}
          className="min-w-0 rounded-control border bg-sunken/50 p-3"
        >
          <h2 className="mb-2 text-[13px] font-semibold">What it would do</h2>
          {body === null ? (
            <p className="text-[13px] text-ink-3">Fill in the form, and the effect is shown here before it is done.</p>
          ) : preview.error && !(fieldOf(preview.error) && SHOWN_FIELDS.has(fieldOf(preview.error)!)) ? (
            <Notice tone="warn">
              <span role="alert">{preview.error.sentence}</span>
            </Notice>
          ) : preview.error ? (
            <p className="text-[13px] text-ink-3">Nothing: something in the form is not right yet.</p>
          ) : preview.effect ? (
            <div aria-busy={preview.busy}>
              <EffectPanel effect={preview.effect} currency={loan.currency} schedule={PLAN.has(kind)} />
            </div>
          ) : (
            <div role="status" aria-label="Working it out" className="flex flex-col gap-2">
              <Skeleton className="h-5" />
              <Skeleton className="h-5" />
              <Skeleton className="h-5 w-2/3" />
            </div>
          )}
        </section>
        <div className="flex flex-col gap-3 sm:col-span-2">
          {act.error && !atField && (
            <ActProblem
              error={act.error}
              onAccept={() => {
                version.accept()
                act.reset()
              }}
            />
          )}
          <div className="flex flex-wrap items-center justify-end gap-2">
            {version.moved && !act.error && (
              <span className="mr-auto text-xs text-ink-3">
                The loan changed meanwhile; the preview is of how it is now.{" "}
                <button type="button" className="text-accent underline" onClick={version.accept}>
                  Go on with that
                </button>
              </span>
            )}
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" variant={spec.danger ? "decline" : "solid"} disabled={!ready} busy={act.isPending}>
              {spec.confirm}
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  )
}

const PLAN: ReadonlySet<ActKind> = new Set(["restructure", "rate_change", "pause"])
const SHOWN_FIELDS: ReadonlySet<string> = new Set([
  "amount",
  "value_on",
  "component",
  "name",
  "rate",
  "until",
  "periods",
  "first_due",
  "capitalize",
  "reference",
  "reason",
])

/** Amounts that are often paid, each a press away. */
function Amounts({ loan, onChoose }: { loan: Loan; onChoose: (amount: string) => void }) {
  const payoff = useQuery(payoffQuery(loan.id)).data
  const { figures, currency } = loan
  const due = dueAmount(loan)
  const choices: [string, string | null | undefined][] = [
    [Number(figures.arrears) > 0 ? "All that is due" : "Next instalment", due],
    ["Arrears", Number(figures.arrears) > 0 && Number(figures.arrears) !== Number(due) ? figures.arrears : null],
    [`Pays off on ${payoff ? dayText(payoff.on) : "…"}`, payoff?.total],
  ]
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would change the layout
    <div role="group" aria-label="Amounts" className="flex flex-wrap gap-1.5">
      {choices.map(
        ([label, amount]) =>
          !isZero(amount) && (
            <Button key={label} size="sm" onClick={() => onChoose(amount!)}>
              {label} <span className="num font-normal text-ink-2">{amountText(amount!, currency)}</span>
            </Button>
          ),
      )}
    </div>
  )
}
