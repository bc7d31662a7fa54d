import { useQuery } from "@tanstack/react-query"
import { CircleCheck, CircleHelp, CircleX } from "lucide-react"
import type { Schema } from "@/api/client"
import { checkDecisionProof, type Finding } from "@/kernel/audit/proof"
import { Notice } from "@/ui/basics"
import { Fetched } from "@/ui/states"

const MARKS = {
  good: [CircleCheck, "holds"],
  bad: [CircleX, "does not hold"],
  open: [CircleHelp, "could not be checked"],
} as const

const markOf = ({ good }: Finding) => MARKS[good === null ? "open" : good ? "good" : "bad"]

/** Whether the proof holds, found out in this browser. */
export function ProofCheck({ decisionId, proof }: { decisionId: string; proof: Schema["DecisionProof"] }) {
  const check = useQuery({
    queryKey: ["check", decisionId, proof.checkpoint.number, proof.root],
    queryFn: () => checkDecisionProof(decisionId, proof),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Fetched query={check} rows={2}>
      {(findings) => {
        const failed = findings.some(({ good }) => good === false)
        const open = findings.some(({ good }) => good === null)
        return (
          <div className="flex flex-col gap-2">
            <Notice
              tone={failed ? "bad" : open ? "warn" : "info"}
              icon={failed ? <CircleX aria-hidden /> : open ? <CircleHelp aria-hidden /> : <CircleCheck aria-hidden />}
            >
              {failed
                ? "This record is not what the log sealed. Verify the whole log before you rely on it."
                : open
                  ? "What could be checked holds, but not everything could be checked here."
                  : "Checked in this browser: the record is in the signed log, unchanged."}
            </Notice>
            <ul className="flex flex-col gap-1 text-xs text-ink-2">
              {findings.map((finding) => {
                const [Icon, said] = markOf(finding)
                return (
                  <li key={finding.name} className="flex items-start gap-1.5">
                    <Icon aria-hidden className="mt-px size-3.5 shrink-0 text-ink-3" />
                    <span>
                      <span className="font-medium text-ink">{finding.name}</span>{" "}
                      <span className={finding.good === false ? "text-decline" : "sr-only"}>{said}: </span>
                      {finding.text}
                    </span>
                  </li>
                )
              })}
            </ul>
          </div>
        )
      }}
    </Fetched>
  )
}
