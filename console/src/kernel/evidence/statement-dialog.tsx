import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Textarea } from "@/ui/field"
import { toast } from "@/ui/toast"
import type { Control } from "./families"

/** Put on record, in one’s own name, that a control was seen to. */
export function StatementDialog({ control, onClose }: { control: Control; onClose: () => void }) {
  const client = useQueryClient()
  const [note, setNote] = useState("")
  const [key, setKey] = useState(() => crypto.randomUUID())
  const state = useMutation({
    mutationFn: async () =>
      api.POST("/api/v1/evidence/statements", {
        body: { control: control.id, note: note.trim() },
        headers: once(key),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "/api/v1/evidence" })
      toast("It is on record in your name")
      onClose()
    },
    onError: () => setKey(crypto.randomUUID()),
  })
  return (
    <Dialog open onClose={onClose} title={control.title}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          state.mutate()
        }}
      >
        <p className="text-[13px] text-ink-2">{control.how}</p>
        <Field
          label="What was done, when, and what was found"
          hint="It is kept in your name on the audit record and cannot be changed later."
        >
          {(control) => (
            <Textarea
              {...control}
              value={note}
              rows={5}
              maxLength={2000}
              required
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        {state.error && (
          <Notice tone="bad">
            <span role="alert">{asApiError(state.error).sentence}</span>
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={state.isPending} disabled={!note.trim()}>
            Put on record
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
