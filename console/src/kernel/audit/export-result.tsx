import { Link } from "@tanstack/react-router"
import { BadgeCheck, CircleHelp, ShieldAlert } from "lucide-react"
import { Facts, Notice } from "@/ui/basics"
import { count, duration } from "@/ui/format"
import { When } from "@/ui/when"
import type { ExportReport } from "./verify-export"

const SHOWN_MAX = 10

/** What verifying a whole log found: that it is whole, or the first thing that is not, with its place. */
export function ExportResult({
  report,
  from,
  own,
  seconds,
}: {
  report: ExportReport
  from: string
  own: boolean
  seconds: number
}) {
  return (
    <div className="flex flex-col gap-3">
      <Outcome report={report} own={own} />
      {report.findings.length > 0 && <Findings report={report} />}
      <Facts
        items={[
          ["Leaves", count(report.leaves)],
          ["Not sealed yet", count(Math.max(0, report.leaves - report.sealed))],
          ["Checkpoints", count(report.checkpoints)],
          ["Signatures that hold", report.knowsSignatures ? count(report.signatures) : "not checked"],
          ["Decisions compared", count(report.decisions)],
          ["Erased by law", count(report.erased)],
          ["Newest checkpoint", report.newest ? <When key="newest" at={report.newest.at} clock="system" /> : "–"],
          ["Took", duration(seconds)],
        ]}
      />
      <p className="text-xs break-words text-ink-3">
        Verified: {from}
        {report.organization && `, of ${report.organization.name}`}. Of records that are no decisions the hashes in the
        log were checked; <span className="mono">intendant audit verify</span> compares the records themselves as well.
      </p>
    </div>
  )
}

/** What is false, in order; what is alike is said once. */
function Findings({ report }: { report: ExportReport }) {
  const reasons = [...new Set(report.findings.map(({ reason }) => reason))].slice(0, SHOWN_MAX)
  const shown = reasons.map((reason) => report.findings.filter((finding) => finding.reason === reason))
  const more = report.findingCount - shown.reduce((sum, group) => sum + group.length, 0)
  return (
    <ol aria-label="What does not fit" className="flex flex-col gap-1.5 text-[13px]">
      {shown.map(([first, ...others]) => (
        <li key={first!.reason} className="flex gap-2">
          <span className="num w-32 shrink-0 font-medium">
            {first!.leafId ? (
              <Link to="/audit" search={{ peek: first!.leafId }} className="underline">
                {first!.place}
              </Link>
            ) : (
              first!.place
            )}
            {others.length > 0 && (
              <span className="block text-xs font-normal text-ink-3">and {count(others.length)} more</span>
            )}
          </span>
          <span className="min-w-0">{first!.reason}</span>
        </li>
      ))}
      {more > 0 && <li className="text-ink-3">and {count(more)} more</li>}
    </ol>
  )
}

function Outcome({ report, own }: { report: ExportReport; own: boolean }) {
  const first = report.findings[0]
  if (first)
    return (
      <Notice tone="bad" icon={<ShieldAlert aria-hidden />}>
        <span role="alert">
          <span className="font-medium">
            {report.findingCount === 1 ? "One thing does not fit." : `${count(report.findingCount)} things do not fit.`}
          </span>{" "}
          First: {first.place}. {first.reason} Keep this export and your copy of the checkpoints, and find out who
          changed it.
        </span>
      </Notice>
    )
  if (!report.knowsSignatures)
    return (
      <Notice tone="warn" icon={<CircleHelp aria-hidden />}>
        <span className="font-medium">Every hash holds, but no signature was checked:</span> this browser does not know
        Ed25519. Use a newer one to be sure.
      </Notice>
    )
  if (report.checkpoints === 0)
    return (
      <Notice tone="warn" icon={<CircleHelp aria-hidden />}>
        <span className="font-medium">Nothing is sealed yet.</span> The first signed checkpoint comes within a minute.
      </Notice>
    )
  return (
    <Notice icon={<BadgeCheck aria-hidden />}>
      <span className="font-medium">The log is whole.</span> Every leaf and all {count(report.checkpoints)} checkpoints
      hold {own ? "with the key you keep." : "with the server's key."}
    </Notice>
  )
}
