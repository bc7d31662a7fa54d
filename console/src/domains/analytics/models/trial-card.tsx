import { CircleCheck, CircleX } from "lucide-react"
import { Card } from "@/ui/basics"
import { percent } from "@/ui/format"
import type { Version } from "./queries"

type Evidence = {
  champion?: number
  confidence?: number | null
  proposes?: string | null
  words?: string
  checks?: { name: string; passed: boolean; words: string }[]
}

const PROPOSALS: Record<string, string> = {
  promote: "speaks for letting it answer",
  keep: "speaks for keeping the champion",
}

/** How a version did beside the champion: on rows held out, and on real cases. */
export function TrialCard({ version }: { version: Version }) {
  const held = version.against_champion as Evidence | null
  const trial = version.trial as Evidence | null
  if (!held && !trial) return null
  return (
    <Card title="Beside the champion">
      <div className="flex flex-col gap-3 text-[13px]">
        {trial && <Part title="On real cases" evidence={trial} />}
        {held && <Part title="On rows held out" evidence={held} />}
      </div>
    </Card>
  )
}

function Part({ title, evidence }: { title: string; evidence: Evidence }) {
  const proposal = PROPOSALS[(evidence.proposes ?? "").split(".").at(-1) ?? ""]
  return (
    <section aria-label={title}>
      <h3 className="text-xs font-medium text-ink-3">
        {title}, beside version {evidence.champion}
      </h3>
      <p className="mt-0.5">
        {evidence.confidence !== null && evidence.confidence !== undefined && (
          <>{percent(evidence.confidence, 1)} sure that it is better. </>
        )}
        {proposal ? `This ${proposal}.` : "Nothing is proposed."}
      </p>
      {evidence.checks ? (
        <ul className="mt-1.5 flex flex-col gap-1">
          {evidence.checks.map((check) => (
            <li key={check.name} className="flex items-start gap-1.5 text-xs text-ink-2">
              {check.passed ? (
                <CircleCheck aria-label="Passed:" className="mt-px size-3.5 shrink-0 text-approve" />
              ) : (
                <CircleX aria-label="Not passed:" className="mt-px size-3.5 shrink-0 text-decline" />
              )}
              {check.words}
            </li>
          ))}
        </ul>
      ) : (
        evidence.words && <p className="mt-1 text-xs text-ink-2">{evidence.words}</p>
      )}
    </section>
  )
}
