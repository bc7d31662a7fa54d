import { useState } from "react"
import { api } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Textarea } from "@/ui/field"
import { toast } from "@/ui/toast"
import { ActProblem, fieldOf } from "../loans/acts/act-problem"
import { useLoanAct, useOnceKey } from "../loans/acts/use-act"
import { useBusinessToday } from "../terms/days"
import { firstPromise, PromiseFields } from "./promise-fields"
import type { Case } from "./queries"

const SHOWN = ["amount", "due_on", "note"]

/** Record what a borrower promises to pay; until its day nothing is collected. */
export default function PromiseDialog({ of, onClose }: { of: Case; onClose: () => void }) {
  const today = useBusinessToday()
  const [draft, setDraft] = useState(() => firstPromise(of, today))
  const [note, setNote] = useState("")
  const key = useOnceKey()
  const record = useLoanAct(
    () => {
      const body = { ...draft, note: note.trim() || null }
      return api.POST("/api/v1/lending/collections/loans/{loan_id}/promises", {
        params: { path: { loan_id: of.loan_id } },
        body,
        headers: key(body),
      })
    },
    () => {
      toast("Promise recorded", { detail: "It is kept or broken by what is then paid." })
      onClose()
    },
  )
  const field = fieldOf(record.error)
  const wrong = (name: string) => (field === name ? asApiError(record.error).sentence : null)
  return (
    <Dialog open onClose={onClose} title={`${of.borrower} promises to pay`}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          record.mutate(undefined)
        }}
      >
        <PromiseFields of={of} draft={draft} wrong={wrong} onChange={setDraft} />
        <Field label="Note" error={wrong("note")}>
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              maxLength={2000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        {record.error && !SHOWN.includes(field ?? "") && <ActProblem error={record.error} onAccept={record.reset} />}
        <div className="mt-1 flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={record.isPending}>
            Record the promise
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
