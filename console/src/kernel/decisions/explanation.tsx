import { useQuery } from "@tanstack/react-query"
import { Info, Lightbulb, TriangleAlert } from "lucide-react"
import type { ReactNode } from "react"
import { Notice } from "@/ui/basics"
import { cn } from "@/ui/cn"
import { words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { Factors, type Labels } from "./factors"
import { Hidden } from "./hidden"
import { type ExplanationData, explanationQuery, isHidden, traceQuery } from "./queries"
import { Reasons } from "./reasons"
import { Scale } from "./scale"

/** Two figures that differ by rounding alone. */
const SAME = 1e-9

type Level = "h2" | "h3" | "h4"

/**
 * Why a decision went as it did: confidence, reasons, factors, and what would have changed it. `level` is that of its
 * headings; `labels` name features that the explanation itself does not name.
 */
export function Explanation({
  decisionId,
  level = "h3",
  labels,
}: {
  decisionId: string
  level?: Level
  labels?: Labels
}) {
  const explanation = useQuery(explanationQuery(decisionId))
  if (isHidden(explanation.error)) return <Hidden />
  return (
    <Fetched query={explanation}>
      {(data) => <Explained decisionId={decisionId} data={data} level={level} labels={labels} />}
    </Fetched>
  )
}

function Explained({
  decisionId,
  data,
  level,
  labels,
}: {
  decisionId: string
  data: ExplanationData
  level: Level
  labels?: Labels
}) {
  const named: Record<string, string> = { ...labels }
  for (const reason of data.reasons ?? []) if (reason.feature && reason.label) named[reason.feature] ??= reason.label
  const { reasons = [], factors = [], counterfactuals = [], notices = [] } = data
  return (
    <div className="@container flex flex-col gap-5">
      <Certainty decisionId={decisionId} data={data} />
      {data.abstain && !reasons.some((reason) => reason.text.includes(data.abstain ?? "")) && (
        <Notice tone="warn" icon={<TriangleAlert aria-hidden />}>
          The model does not know: {words(data.abstain).toLowerCase()}.
        </Notice>
      )}
      {reasons.length > 0 && (
        <Section level={level} title="Why">
          <Reasons reasons={reasons} />
        </Section>
      )}
      {counterfactuals.length > 0 && (
        <Section level={level} title="What would have changed it">
          <div className="flex flex-col gap-1.5">
            {counterfactuals.map((each) => (
              <Notice key={each.text} icon={<Lightbulb aria-hidden />}>
                {each.text}
              </Notice>
            ))}
          </div>
        </Section>
      )}
      {factors.length > 0 && (
        <Section level={level} title="What weighed in">
          <Factors factors={factors} labels={named} />
        </Section>
      )}
      {notices.map((notice) => (
        <p key={notice} className="flex gap-2 text-xs text-ink-3">
          <Info aria-hidden className="mt-px size-3.5 shrink-0" /> {notice}
        </p>
      ))}
      <p className="text-xs text-ink-3">
        {data.model_version ? (
          <>
            Model <span className="mono">{data.model_version}</span>
          </>
        ) : (
          "No model"
        )}
        {data.policy_version != null && <> · policy version {data.policy_version}</>}
      </p>
    </div>
  )
}

function Section({ level: Heading, title, children }: { level: Level; title: string; children: ReactNode }) {
  return (
    <section>
      <Heading className="mb-2 text-xs font-semibold text-ink-2">{title}</Heading>
      {children}
    </section>
  )
}

/** How sure it was, against what the policy asked for; and the score itself where the kind has one with bounds. */
function Certainty({ decisionId, data }: { decisionId: string; data: ExplanationData }) {
  const trace = useQuery(traceQuery(decisionId)).data?.trace
  const [name, score] =
    Object.entries(data).find(
      (entry): entry is [string, number] => entry[0].startsWith("probability") && typeof entry[1] === "number",
    ) ?? []
  const bounds = Object.entries(data.bounds ?? {}).filter((entry): entry is [string, number] => entry[1] !== null)
  const scored = name !== undefined && score !== undefined && bounds.length > 0
  const confidence = trace?.confidence
  // Where the score is the confidence, one line says both.
  const both = confidence != null && !(scored && Math.abs(confidence - score) < SAME)
  const short = confidence != null && trace?.act_threshold != null && confidence < trace.act_threshold
  if (!scored && confidence == null) return null
  return (
    <div className={cn("grid gap-4", scored && both && "@md:grid-cols-2 @md:gap-x-8")}>
      {scored && (
        <Scale
          label={words(name)}
          value={score}
          short={short && !both}
          ticks={bounds.map(([bound, at]) => ({ at, label: words(bound) }))}
        />
      )}
      {both && (
        <Scale
          label={`Confidence in ${words(data.action).toLowerCase()}`}
          value={confidence}
          short={short}
          ticks={trace?.act_threshold == null ? [] : [{ at: trace.act_threshold, label: "Acts by itself from" }]}
        />
      )}
    </div>
  )
}
