import { useQuery } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { useCan } from "@/app/session"
import { Copy, Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, plain } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { AnswerShown, answerText } from "./answer"
import { OutcomeShown } from "./outcome"
import { OutcomeForm } from "./outcome-form"
import { roleWord } from "./predictions-filters"
import { type Detail, explanationQuery, type Model, predictionQuery } from "./queries"
import { Changes, Reasons } from "./reasons"

/** One prediction: what was asked and said, why, what would have changed it, and what became of it. */
export function PredictionPanel({
  id,
  model,
  onBatch,
}: {
  id: string
  model: Model
  onBatch: (batch: string) => void
}) {
  const query = useQuery(predictionQuery(id))
  return <Fetched query={query}>{(found) => <Shown of={found} model={model} onBatch={onBatch} />}</Fetched>
}

function Shown({ of, model, onBatch }: { of: Detail; model: Model; onBatch: (batch: string) => void }) {
  const can = useCan()
  return (
    <div className="flex flex-col gap-5">
      <div>
        <h2 className="mb-2 text-[13px] font-semibold break-words">
          {of.business_entity_id ? (
            <>
              {of.business_entity_type && `${of.business_entity_type} `}
              {of.business_entity_id}
            </>
          ) : (
            "A case without a name"
          )}
        </h2>
        <AnswerShown output={of.output} confidence={of.confidence} />
      </div>
      <Facts
        items={[
          ["What happened", <OutcomeShown key="outcome" of={of} />],
          ["Predicted", <When key="at" at={of.predicted_at} />],
          ["Answered by", `Version ${of.version}, ${roleWord(of.role).toLowerCase()}`],
          ["Asked by", actor(of.predicted_by)],
          ["Took", `${of.processing_time_ms.toFixed(1)} ms`],
          ...(of.batch_id
            ? ([
                [
                  "Batch",
                  <Button key="batch" size="sm" variant="outline" onClick={() => onBatch(of.batch_id!)}>
                    See the whole batch
                  </Button>,
                ],
              ] as [string, ReactNode][])
            : []),
          ["Id", <Copy key="id" text={of.id} label="Copy the id" />],
        ]}
      />
      <Part title="Why">
        {of.reasons_missing ? (
          <Notice tone="warn">No reasons can be given any more: {of.reasons_missing}</Notice>
        ) : (
          <Reasons reasons={of.reasons} />
        )}
        {of.unusual.length > 0 && (
          <p className="mt-2 text-[13px]">Unusual in this case: {of.unusual.join(", ")}. Trust the answer less.</p>
        )}
      </Part>
      {!of.reasons_missing && <WhatWouldChange of={of} />}
      {can("ai_analytics:feedback") && (
        <Part title={of.outcome ? "Correct what happened" : "Tell what happened"}>
          <OutcomeForm key={of.feedback.length} of={of} model={model} />
        </Part>
      )}
      {of.feedback.length > 0 && (
        <Part title="Feedback">
          <FeedbackHistory of={of} />
        </Part>
      )}
      {of.shadows.length > 0 && (
        <Part title="What others said of the same case">
          <ul className="flex flex-col gap-1 text-[13px]">
            {of.shadows.map((each) => (
              <li key={each.id} className="num">
                Version {each.version} ({roleWord(each.role).toLowerCase()}): {answerText(each.output)}
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part title="Input">
        <dl className="flex flex-col text-[13px]">
          {Object.entries(of.input_data).map(([name, value]) => (
            <div key={name} className="flex justify-between gap-3 border-t py-1 first:border-0">
              <dt className="min-w-0 break-words text-ink-3">{name}</dt>
              <dd className="num min-w-0 text-right break-words">{plain(value)}</dd>
            </div>
          ))}
        </dl>
        {of.prediction_context && (
          <pre className="mono mt-2 overflow-x-auto rounded-control bg-sunken p-2 text-xs">
            {JSON.stringify(of.prediction_context, null, 2)}
          </pre>
        )}
      </Part>
    </div>
  )
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title}>
    <h3 className="mb-2 text-[13px] font-semibold">{title}</h3>
    {children}
  </section>
)

/** Computed when somebody asks, for it takes the model many tries. */
function WhatWouldChange({ of }: { of: Detail }) {
  const [wanted, setWanted] = useState(false)
  const query = useQuery({ ...explanationQuery(of.id), enabled: wanted })
  return (
    <Part title="What would change the answer">
      {wanted ? (
        <Fetched query={query} rows={2}>
          {(told) => (
            <>
              <p className="mb-2 text-[13px]">{told.summary}</p>
              <Changes
                changes={told.changes}
                caution={told.caution}
                isClass={of.output.label !== null && of.output.label !== undefined}
              />
            </>
          )}
        </Fetched>
      ) : (
        <Button size="sm" onClick={() => setWanted(true)}>
          Find out
        </Button>
      )}
    </Part>
  )
}

function FeedbackHistory({ of }: { of: Detail }) {
  return (
    <ol className="flex flex-col gap-2 text-[13px]">
      {of.feedback.toReversed().map((each) => (
        <li key={each.id} className="border-l-2 pl-2.5">
          <span className="block">
            {each.actual_outcome !== null && (
              <>
                {each.corrects ? "Corrected to " : "Happened: "}
                <span className="num font-medium">{plain(each.actual_outcome)}</span>
              </>
            )}
            {each.rating !== null && <> Rated {each.rating} of 5.</>}
          </span>
          {each.note && <span className="block break-words">“{each.note}”</span>}
          <span className="block text-xs text-ink-3">
            {actor(each.created_by)}, <When at={each.recorded_at} />
          </span>
        </li>
      ))}
    </ol>
  )
}
