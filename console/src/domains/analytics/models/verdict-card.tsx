import { BadgeCheck, CircleSlash } from "lucide-react"
import { Badge, Card } from "@/ui/basics"
import { count } from "@/ui/format"
import type { Version } from "./queries"
import { type Report, readReport, splitWords } from "./report"

const SENTENCES_SHOWN = 4

/** Whether a version proved itself. */
export const Validated = ({ yes }: { yes: boolean }) =>
  yes ? (
    <Badge tone="accent" icon={<BadgeCheck aria-hidden />}>
      Validated
    </Badge>
  ) : (
    <Badge tone="warn" icon={<CircleSlash aria-hidden />}>
      Not validated
    </Badge>
  )

/** What is said of a version; what the groups are like has a place of its own. */
function verdictOf(report: Report, validated: boolean): string[] {
  const groups = new Set(report.details.clusters?.map((cluster) => cluster.words))
  const told = report.verdict.filter((sentence) => !groups.has(sentence))
  if (told.length > 0 || !validated) return told
  return [
    "Its groups part more clearly than those found in the same columns shuffled, and stay much the same when learnt from other rows.",
  ]
}

/** What was found of a version, in words. */
export function VerdictCard({ version, title = "Verdict", all }: { version: Version; title?: string; all?: boolean }) {
  const report = readReport(version.report)
  const told = verdictOf(report, version.validated)
  const shown = all ? told : told.slice(0, SENTENCES_SHOWN)
  return (
    <Card title={title} actions={<Validated yes={version.validated} />}>
      <ul className="flex list-disc flex-col gap-1 pl-4 text-[13px] marker:text-ink-3">
        {shown.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p className="mt-3 text-xs text-ink-3">
        {splitWords(report.split)} It learnt from {count(report.rows_used)} rows
        {report.rows_validation > 0 && `; ${count(report.rows_validation)} were held back to measure it`}.
      </p>
    </Card>
  )
}
