import { useMutation } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { CircleAlert, Gauge } from "lucide-react"
import { useState } from "react"
import type { Schema } from "@/api/client"
import { ApiError, asApiError } from "@/api/problem"
import { Card, Notice } from "@/ui/basics"
import { Empty, Loading } from "@/ui/states"
import { AnswerShown } from "./answer"
import { CaseForm } from "./case-form"
import { asCase, type Typed, typicalCase } from "./case-values"
import { explainCase, predictCase } from "./queries"
import { Changes, Reasons } from "./reasons"

/** Type a case and see what the model says of it, why, and what would change its answer. */
export function TryCase({
  modelId,
  asked,
  deployed,
}: {
  modelId: string
  asked: Schema["InputsShown"]
  deployed: boolean
}) {
  const [typed, setTyped] = useState<Typed>(() => typicalCase(asked.inputs))
  const [keep, setKeep] = useState(false)
  const run = useMutation({
    mutationFn: async () => {
      const data = asCase(asked.inputs, typed)
      const predicted = await predictCase(modelId, data, { version: asked.version, keep })
      const answer = predicted.predictions[0]!
      if (answer.error)
        throw new ApiError(422, answer.error.code, answer.error.message, answer.error.remedy, answer.error.field)
      return { answer, why: await explainCase(modelId, data, answer.version!) }
    },
  })
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <Card title={`A case for version ${asked.version}`}>
        <CaseForm
          inputs={asked.inputs}
          typed={typed}
          busy={run.isPending}
          keep={keep}
          onKeep={setKeep}
          onChange={setTyped}
          onSubmit={() => run.mutate()}
          onTypical={() => setTyped(typicalCase(asked.inputs))}
        />
        {asked.left_out > 0 && (
          <p className="mt-2 text-xs text-ink-3">
            {asked.left_out} more features are left empty here; a file can give them.
          </p>
        )}
        {!deployed && (
          <p className="mt-2 text-xs text-ink-3">No version answers for this model yet; trying one is safe.</p>
        )}
      </Card>
      <div aria-live="polite" className="lg:sticky lg:top-16">
        {run.isPending && !run.data ? (
          <Card>
            <Loading rows={5} />
          </Card>
        ) : run.error ? (
          <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
            {asApiError(run.error).sentence}
          </Notice>
        ) : run.data ? (
          <Result modelId={modelId} {...run.data} />
        ) : (
          <Card>
            <Empty icon={<Gauge />} title="Nothing was predicted yet">
              The form holds the most typical case. Change what you like and press Predict: the answer comes with its
              reasons and with what would change it.
            </Empty>
          </Card>
        )}
      </div>
    </div>
  )
}

function Result({
  modelId,
  answer,
  why,
}: {
  modelId: string
  answer: Schema["PredictionAnswer"]
  why: Schema["CaseExplained"]
}) {
  const output = answer.output!
  return (
    <Card title="Answer">
      <div className="flex flex-col gap-5">
        <div>
          <AnswerShown output={output} confidence={answer.confidence!} />
          <p className="mt-3 text-[13px]">{why.summary}</p>
          <p className="num mt-1 text-xs text-ink-3">
            Version {answer.version}, {answer.processing_time_ms?.toFixed(1)} ms.{" "}
            {answer.prediction_id ? (
              <Link
                to="/models/$modelId"
                params={{ modelId }}
                search={{ tab: "predictions", current: answer.prediction_id }}
                className="text-accent hover:underline"
              >
                Kept in the history
              </Link>
            ) : (
              "Nothing was kept."
            )}
          </p>
        </div>
        <section aria-labelledby="case-reasons">
          <h3 id="case-reasons" className="mb-2 text-[13px] font-semibold">
            Why
          </h3>
          <Reasons reasons={why.reasons} />
        </section>
        <section aria-labelledby="case-changes">
          <h3 id="case-changes" className="mb-2 text-[13px] font-semibold">
            What would change the answer
          </h3>
          <Changes
            changes={why.changes}
            caution={why.caution}
            isClass={output.label !== null && output.label !== undefined}
          />
        </section>
      </div>
    </Card>
  )
}
