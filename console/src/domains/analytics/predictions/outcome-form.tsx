import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Button } from "@/ui/button"
import { Field, Input, Select, Textarea } from "@/ui/field"
import { toast } from "@/ui/toast"
import { type Detail, type Model, PREDICTIONS } from "./queries"

const NOTE_LENGTH_MAX = 2_000
const RATINGS = [5, 4, 3, 2, 1]

/** Tell what really happened with a case, or what one thinks of the answer. */
export function OutcomeForm({ of, model }: { of: Detail; model: Model }) {
  const client = useQueryClient()
  const classes = Object.keys(of.output.probability ?? {})
  const [actual, setActual] = useState("")
  const [rating, setRating] = useState("")
  const [note, setNote] = useState("")
  const [key, setKey] = useState(() => crypto.randomUUID())
  const isNumber = model.model_type === "regression" || model.model_type === "forecasting"
  const wrong = isNumber && actual.trim() !== "" && !Number.isFinite(Number(actual))
  const tell = useMutation({
    mutationFn: () =>
      api.POST(`${PREDICTIONS}/{prediction_id}/feedback`, {
        params: { path: { prediction_id: of.id } },
        headers: once(key),
        body: {
          actual_outcome: actual.trim() === "" ? null : isNumber ? Number(actual) : actual.trim(),
          rating: rating === "" ? null : Number(rating),
          note: note.trim() || null,
        },
      }),
    onSuccess: () => toast("Recorded", { detail: "Measuring takes it up within minutes." }),
    onError: () => setKey(crypto.randomUUID()),
    onSettled: () =>
      client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith(PREDICTIONS) }),
  })
  const error = tell.error ? asApiError(tell.error) : null
  const nothing = actual.trim() === "" && rating === "" && note.trim() === ""
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (!nothing && !wrong) tell.mutate()
      }}
    >
      <div className="grid grid-cols-2 gap-3">
        <Field
          label="What really happened"
          error={wrong ? "Give a number." : error?.field === "actual_outcome" ? error.sentence : null}
        >
          {(control) =>
            classes.length > 0 ? (
              <Select {...control} value={actual} onChange={(event) => setActual(event.target.value)}>
                <option value="">Not known</option>
                {classes.map((each) => (
                  <option key={each} value={each}>
                    {each}
                  </option>
                ))}
              </Select>
            ) : (
              <Input
                {...control}
                value={actual}
                inputMode={isNumber ? "decimal" : undefined}
                placeholder="Not known"
                onChange={(event) => setActual(event.target.value)}
              />
            )
          }
        </Field>
        <Field label="How good was the answer?">
          {(control) => (
            <Select {...control} value={rating} onChange={(event) => setRating(event.target.value)}>
              <option value="">No rating</option>
              {RATINGS.map((each) => (
                <option key={each} value={each}>
                  {each} of 5
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Field label="Note" error={error && error.field !== "actual_outcome" ? error.sentence : null}>
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            value={note}
            maxLength={NOTE_LENGTH_MAX}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <div>
        <Button type="submit" size="sm" variant="solid" disabled={nothing || wrong} busy={tell.isPending}>
          Record
        </Button>
      </div>
    </form>
  )
}
