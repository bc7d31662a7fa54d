import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { api } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Textarea } from "@/ui/field"
import { Loading } from "@/ui/states"
import { toast } from "@/ui/toast"
import { ActProblem, fieldOf } from "../loans/acts/act-problem"
import { EffectPanel } from "../loans/acts/effect-panel"
import { useLoanAct, useOnceKey } from "../loans/acts/use-act"
import { useBusinessToday } from "../terms/days"
import { dayAfter } from "./promise-fields"
import type { Case } from "./queries"

const PREVIEW = "/api/v1/lending/loans/{loan_id}/transactions/preview"
const FIRST_DAYS = 30
const DAYS_MAX = 366
const SHOWN = ["until", "reason"]

/** Pause a loan until a day, after a look at what that would do to it. */
export default function GrantDialog({ of, onClose }: { of: Case; onClose: () => void }) {
  const today = useBusinessToday()
  const [until, setUntil] = useState(() => dayAfter(today, FIRST_DAYS))
  const [reason, setReason] = useState(of.marks.reason ?? "")
  const key = useOnceKey()
  const preview = useQuery({
    queryKey: ["post", PREVIEW, of.loan_id, until],
    queryFn: async ({ signal }) => {
      const { data } = await api.POST(PREVIEW, {
        params: { path: { loan_id: of.loan_id } },
        body: { type: "pause", amount: "0", parameters: { until }, reason: reason.trim() || "Preview" },
        signal,
      })
      return data!
    },
    enabled: until !== "",
    placeholderData: keepPreviousData,
    retry: false,
  })
  const grant = useLoanAct(
    () => {
      const body = { until, reason: reason.trim() }
      return api.POST("/api/v1/lending/collections/loans/{loan_id}/hardship/grant", {
        params: { path: { loan_id: of.loan_id } },
        body,
        headers: key(body),
      })
    },
    () => {
      toast("Relief granted", { detail: "Nothing is collected meanwhile." })
      onClose()
    },
  )
  const field = fieldOf(grant.error)
  const wrong = (name: string) => (field === name ? asApiError(grant.error).sentence : null)
  return (
    <Dialog open wide onClose={onClose} title={`Grant relief to ${of.borrower}`}>
      <form
        className="grid gap-5 md:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault()
          grant.mutate(undefined)
        }}
      >
        <div className="flex flex-col gap-3">
          <Field
            label="The loan is paused until"
            error={wrong("until")}
            hint="No interest runs before that day, and nothing is collected."
          >
            {(control) => (
              <Input
                {...control}
                type="date"
                required
                min={dayAfter(today, 1)}
                max={dayAfter(today, DAYS_MAX)}
                value={until}
                onChange={(event) => setUntil(event.target.value)}
              />
            )}
          </Field>
          <Field label="Reason (kept in the record)" error={wrong("reason")}>
            {(control) => (
              <Textarea
                {...control}
                rows={3}
                required
                maxLength={2000}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
        </div>
        <div aria-live="polite" aria-busy={preview.isFetching}>
          {preview.error ? (
            <Notice tone="bad">{asApiError(preview.error).sentence}</Notice>
          ) : preview.data ? (
            <EffectPanel effect={preview.data} currency={of.currency} schedule />
          ) : (
            <Loading rows={4} />
          )}
        </div>
        <div className="flex flex-col gap-3 md:col-span-2">
          {grant.error && !SHOWN.includes(field ?? "") && <ActProblem error={grant.error} onAccept={grant.reset} />}
          <div className="flex justify-end gap-2">
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              variant="solid"
              busy={grant.isPending}
              disabled={reason.trim() === "" || preview.error !== null}
            >
              Grant relief
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  )
}
