import { useMutation, useQueryClient } from "@tanstack/react-query"
import { CircleAlert } from "lucide-react"
import { Slot } from "radix-ui"
import { type ReactElement, useState } from "react"
import { api, once, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { count } from "@/ui/format"
import { isTooLarge, RowsFile } from "@/ui/rows-file"
import { type ProblemRow, UploadResult } from "@/ui/set-aside"
import { FileUnreadable, readItems } from "./feedback-rows"
import { type Model, PREDICTIONS } from "./queries"

const MEGABYTES_MAX = 64
const ITEMS_AT_ONCE = 10_000
const PROBLEMS_SHOWN_MAX = 500

interface Told {
  recorded: number
  unchanged: number
  failed: number
  problems: ProblemRow[]
}

/** Tell what became of many predictions at once, from a file. */
export default function FeedbackDialog({ model, trigger }: { model: Model; trigger: ReactElement }) {
  const client = useQueryClient()
  const [open, setOpen] = useState(true)
  const [file, setFile] = useState<File | null>(null)
  const [kind, setKind] = useState("")
  const [done, setDone] = useState(0)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const isNumber = model.model_type === "regression" || model.model_type === "forecasting"
  const upload = useMutation({
    mutationFn: async (chosen: File) => {
      const items = readItems(await chosen.text(), model.id, isNumber, kind.trim() || undefined)
      const told: Told = { recorded: 0, unchanged: 0, failed: 0, problems: [] }
      for (let from = 0; from < items.length; from += ITEMS_AT_ONCE) {
        setDone(from)
        const { data } = await api.POST(`${PREDICTIONS}/feedback`, {
          headers: once(`${key}-${from}`),
          body: { feedback: items.slice(from, from + ITEMS_AT_ONCE) as Schema["FeedbackList"]["feedback"] },
        })
        add(told, data!, from)
      }
      return told
    },
    onSettled: () =>
      client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith(PREDICTIONS) }),
  })
  const choose = (next: File | null) => {
    setFile(next)
    setKey(crypto.randomUUID())
    upload.reset()
  }
  const tooLarge = isTooLarge(file, MEGABYTES_MAX)
  const error = upload.error
  return (
    <>
      <Slot.Root aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {trigger}
      </Slot.Root>
      <Dialog open={open} onClose={() => setOpen(false)} title="Outcomes from a file" wide>
        {upload.data ? (
          <UploadResult
            name={file?.name ?? "outcomes"}
            facts={[
              ["Recorded", count(upload.data.recorded)],
              ["Known already", count(upload.data.unchanged)],
              ["Not taken", count(upload.data.failed)],
            ]}
            done="Every outcome was taken. Measuring takes them up within minutes."
            problems={upload.data.problems}
            leftOut={upload.data.failed - upload.data.problems.length}
            onAgain={() => choose(null)}
          />
        ) : (
          <form
            className="flex flex-col gap-4"
            onSubmit={(event) => {
              event.preventDefault()
              if (file && !tooLarge) upload.mutate(file)
            }}
          >
            <RowsFile
              hint="CSV with a header, or one JSON object a line; at most 64 MB."
              megabytes={MEGABYTES_MAX}
              file={file}
              onChoose={choose}
            />
            <Field
              label="Kind of case"
              hint="For rows with business_entity_id that do not say business_entity_type: what was predicted for, such as customer."
            >
              {(control) => (
                <Input
                  {...control}
                  value={kind}
                  maxLength={200}
                  placeholder="As the file says"
                  onChange={(event) => {
                    setKind(event.target.value)
                    setKey(crypto.randomUUID())
                  }}
                />
              )}
            </Field>
            <Notice>
              Columns: <span className="mono">prediction_id</span>, or <span className="mono">business_entity_id</span>{" "}
              (then the last prediction for that case is meant), and <span className="mono">actual_outcome</span>; where
              you have them <span className="mono">rating</span>, <span className="mono">note</span> and{" "}
              <span className="mono">observed_at</span>. A later outcome corrects an earlier one; sending a file twice
              changes nothing.
            </Notice>
            {error && (
              <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
                <span role="alert">{error instanceof FileUnreadable ? error.message : asApiError(error).sentence}</span>
              </Notice>
            )}
            <div className="flex justify-end gap-2">
              <Button variant="ghost" onClick={() => setOpen(false)}>
                Cancel
              </Button>
              <Button type="submit" variant="solid" disabled={!file || tooLarge} busy={upload.isPending}>
                {upload.isPending ? (done > 0 ? `${count(done)} recorded…` : "Recording…") : "Record outcomes"}
              </Button>
            </div>
          </form>
        )}
      </Dialog>
    </>
  )
}

function add(told: Told, answer: Schema["FeedbackRecorded"], from: number) {
  told.recorded += answer.recorded
  told.unchanged += answer.unchanged
  told.failed += answer.failed
  for (const each of answer.problems.slice(0, PROBLEMS_SHOWN_MAX - told.problems.length))
    told.problems.push({
      row: from + each.item + 1,
      code: each.code,
      field: each.field,
      reason: [each.message, each.remedy].filter(Boolean).join(" "),
    })
}
