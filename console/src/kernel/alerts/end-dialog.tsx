import { useState } from "react"
import { Confirm } from "@/ui/dialog"
import { Field, Textarea } from "@/ui/field"
import type { Ending } from "./acting"

const NOTE_LENGTH_MAX = 2000

/** Ending alerts, one or many, with a note that the record keeps. */
export function EndDialog({
  what,
  many,
  all,
  state,
  onClose,
  onEnd,
}: {
  /** What ends, in words. */
  what: string
  many: boolean
  /** Whether every alert that has not ended is meant. */
  all: boolean
  state: Ending
  onClose: () => void
  onEnd: (note: string) => Promise<unknown>
}) {
  const [note, setNote] = useState("")
  const verb = state === "resolved" ? "Resolve" : "Clear"
  return (
    <Confirm open title={`${verb} ${what}?`} confirm={verb} onClose={onClose} onConfirm={() => onEnd(note.trim())}>
      {all && "Snoozed ones, and those on other pages, too. "}
      {state === "resolved"
        ? `The cause is dealt with. Should it come again, a new alert is raised.`
        : `${many ? "They are" : "It is"} put away without being dealt with. Should the cause come again, a new alert is raised.`}
      <Field label="Note (kept in the record)" className="mt-4 text-ink">
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            maxLength={NOTE_LENGTH_MAX}
            placeholder={state === "resolved" ? "What was done about it" : "Why it needs nothing"}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
    </Confirm>
  )
}
