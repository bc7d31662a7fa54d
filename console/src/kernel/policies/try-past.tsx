import { useMutation } from "@tanstack/react-query"
import { Download, FlaskConical } from "lucide-react"
import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { Select } from "@/ui/field"
import { count } from "@/ui/format"
import { toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { same } from "./changes"
import type { PolicyDocument } from "./document"
import { TrialExamples } from "./trial-examples"
import { TrialTable } from "./trial-table"
import type { Words } from "./vocabulary"

const LAST = [100, 500, 1000]

/** What the draft would have done with the newest decisions, side by side with what was done. It changes nothing. */
export function TryPast({
  kind,
  document,
  vocabulary,
}: {
  kind: string
  document: PolicyDocument
  vocabulary: Words | undefined
}) {
  const [last, setLast] = useState(LAST.at(-1)!)
  const trial = useMutation({
    mutationFn: async (asked: { policy: PolicyDocument; limit: number }) => {
      const { data } = await api.POST("/api/v1/policies/{kind}/try", { params: { path: { kind } }, body: asked })
      return data!
    },
  })
  const exported = useMutation({
    mutationFn: async (asked: { policy: PolicyDocument; limit: number }) => {
      const { data } = await api.POST("/api/v1/policies/{kind}/try/export.csv", {
        params: { path: { kind } },
        body: asked,
        parseAs: "blob",
      })
      download(`trial-${kind}.csv`, data as Blob, "text/csv")
    },
    onError: (error) => toastError(error),
  })
  const asked = trial.variables
  const stale = asked !== undefined && !same(asked.policy, document)
  return (
    <Card
      title="Try on past decisions"
      actions={
        <span className="flex items-center justify-end gap-2">
          <Select
            aria-label="How many of the last decisions"
            className="max-w-36"
            value={last}
            onChange={(event) => setLast(Number(event.target.value))}
          >
            {LAST.map((each) => (
              <option key={each} value={each}>
                The last {count(each)}
              </option>
            ))}
          </Select>
          <Button
            aria-label={`${trial.data ? "Try again" : "Try"} on the last ${count(last)}`}
            busy={trial.isPending}
            onClick={() => trial.mutate({ policy: document, limit: last })}
          >
            <FlaskConical /> {trial.data ? "Try again" : "Try"}
          </Button>
        </span>
      }
    >
      {trial.error ? (
        <Notice tone="bad">
          <span role="alert">{asApiError(trial.error).sentence}</span>
        </Notice>
      ) : trial.data && asked ? (
        <>
          {stale && (
            <Notice tone="warn" className="mb-3">
              The draft has changed since; this is what it said before.
            </Notice>
          )}
          <Result
            trial={trial.data}
            vocabulary={vocabulary}
            exporting={exported.isPending}
            onExport={() => exported.mutate(asked)}
          />
        </>
      ) : (
        <p className="text-[13px] text-ink-3">
          Says what this draft would have done with the newest decisions, on the values they were decided on. It changes
          nothing.
        </p>
      )}
    </Card>
  )
}

function Result({
  trial,
  vocabulary,
  exporting,
  onExport,
}: {
  trial: Schema["TrialAnswer"]
  vocabulary: Words | undefined
  exporting: boolean
  onExport: () => void
}) {
  const [chosen, setChosen] = useState<string | null>(null)
  if (trial.tried === 0) return <p className="text-[13px] text-ink-3">There are no past decisions to try it on yet.</p>
  return (
    <div className="flex flex-col gap-3 text-[13px]">
      <p role="status">
        <strong className="font-semibold">
          {trial.changed === 0 ? "None" : count(trial.changed)} of {count(trial.tried)} decisions
        </strong>{" "}
        would have been made differently
        {trial.since && (
          <>
            {" "}
            (the oldest was made <When at={trial.since} className="text-ink" />)
          </>
        )}
        .
        {trial.left_out > 0 && (
          <span className="text-ink-3">
            {" "}
            {count(trial.left_out)} were left out: they turned on a budget, a stop or a person in control, or wait to be
            judged unseen.
          </span>
        )}
      </p>
      <TrialTable trial={trial} vocabulary={vocabulary} chosen={chosen} onChoose={setChosen} />
      {trial.changed > 0 && (
        <>
          <TrialExamples
            examples={trial.examples}
            chosen={chosen}
            onAll={() => setChosen(null)}
            vocabulary={vocabulary}
          />
          <div>
            <Button size="sm" busy={exporting} onClick={onExport}>
              <Download /> Export all {count(trial.changed)} as CSV
            </Button>
          </div>
        </>
      )}
    </div>
  )
}
