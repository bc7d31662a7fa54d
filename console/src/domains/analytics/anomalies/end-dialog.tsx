import { useState } from "react"
import { useCan } from "@/app/session"
import { Confirm } from "@/ui/dialog"
import { Field, Select, Textarea } from "@/ui/field"
import type { Ending } from "./acting"
import type { Anomaly } from "./search"

const TEXT_MAX = 2000
type Feedback = Anomaly["feedback"]

/** What a word about an anomaly does to whatever watches the figure. */
export const taught = (
  feedback: "false_alarm" | "useful",
  { name, direction }: Pick<Anomaly, "name" | "direction">,
) => {
  const side = direction === "up" ? "upwards" : "downwards"
  return feedback === "false_alarm"
    ? `From now on a quarter more evidence is asked before ${name} is called unusual ${side}. That fades by half in 90 days.`
    : `From now on a tenth less evidence is asked before ${name} is called unusual ${side}. That fades by half in 90 days.`
}

/** Ending one anomaly or all of its group, with what was found, and with a word for the detector. */
export function EndDialog({
  row,
  state,
  many,
  onClose,
  onEnd,
}: {
  row: Anomaly
  state: Ending
  /** Whether all of the group end. */
  many: boolean
  onClose: () => void
  onEnd: (resolution: string, feedback: Feedback) => Promise<unknown>
}) {
  const may = useCan()("ai_analytics:feedback")
  const isFalse = state === "dismissed"
  const [text, setText] = useState("")
  const [feedback, setFeedback] = useState<Feedback>(isFalse && may ? "false_alarm" : null)
  const [fault, setFault] = useState<string | null>(null)
  const needed = many || state === "resolved"
  const what = many ? `all ${row.group_size} that happened together` : row.name
  return (
    <Confirm
      open
      title={isFalse ? `Dismiss ${what}?` : `Resolve ${what}?`}
      confirm={isFalse ? "Dismiss" : "Resolve"}
      onClose={onClose}
      onConfirm={async () => {
        if (needed && text.trim() === "") {
          setFault("Say in a sentence what was found.")
          throw new Error("What was found is missing.")
        }
        return onEnd(text.trim(), feedback)
      }}
    >
      {isFalse
        ? "It needs nothing. It is kept, so that the same is not told again."
        : "It is explained and dealt with. It is kept with what was found, for the next time."}
      <Field
        label={needed ? "What was found (kept in the record)" : "What it was (kept in the record)"}
        error={fault}
        className="mt-4 text-ink"
      >
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            maxLength={TEXT_MAX}
            value={text}
            placeholder={
              isFalse ? "A sale of one day, as every November" : "The payment provider was down for six hours"
            }
            onChange={(event) => {
              setText(event.target.value)
              setFault(null)
            }}
          />
        )}
      </Field>
      {may && (
        <Field
          label="Was it worth telling?"
          className="mt-3 text-ink"
          hint={
            feedback
              ? many
                ? "Each detector of the group learns it: a false alarm asks a quarter more evidence, a useful one a tenth less."
                : taught(feedback, row)
              : "Nothing changes for the detector."
          }
        >
          {(control) => (
            <Select
              {...control}
              value={feedback ?? ""}
              onChange={(event) => setFeedback((event.target.value || null) as Feedback)}
            >
              <option value="">Say nothing</option>
              <option value="useful">Useful</option>
              <option value="false_alarm">False alarm</option>
            </Select>
          )}
        </Field>
      )}
    </Confirm>
  )
}
