import type { Schema } from "@/api/client"
import { cn } from "@/ui/cn"
import { count } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Verdict, type VerdictKind } from "@/ui/verdict"
import { Money } from "@/ui/when"
import { actionLabel, type Words } from "./vocabulary"

type Ends = Pick<Schema["TrialCount"], "before_action" | "before_verdict" | "after_action" | "after_verdict">

/** One name for what was done and what would be done. */
export const flipOf = (each: Ends) =>
  [each.before_action, each.before_verdict, each.after_action, each.after_verdict].join(" ")

const isChange = (each: Ends) => each.before_action !== each.after_action || each.before_verdict !== each.after_verdict

/** Then and with the draft, one line for each way from one to the other, the changes first; a line filters the examples. */
export function TrialTable({
  trial,
  vocabulary,
  chosen,
  onChoose,
}: {
  trial: Schema["TrialAnswer"]
  vocabulary: Words | undefined
  chosen: string | null
  onChoose: (flip: string | null) => void
}) {
  const lines = [...trial.counts].sort(
    (one, other) => Number(isChange(other)) - Number(isChange(one)) || other.count - one.count,
  )
  const end = (action: string, verdict: VerdictKind) => (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <Verdict verdict={verdict} /> {actionLabel(vocabulary, action)}
    </span>
  )
  return (
    <Scroll label="Then and with the draft" className="overflow-x-auto">
      <table className="w-full text-[13px]">
        <caption className="sr-only">How decisions were made, and how the draft would make them</caption>
        <thead>
          <tr className="border-b text-left text-xs text-ink-3">
            <th scope="col" className="py-1.5 pr-3 font-medium">
              Then
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              With the draft
            </th>
            <th scope="col" className="px-3 py-1.5 text-right font-medium">
              Decisions
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-medium">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((each) => {
            const flip = flipOf(each)
            const changed = isChange(each)
            return (
              <tr key={flip} className={cn("border-b last:border-0", chosen === flip && "bg-accent-soft")}>
                <td className="py-1.5 pr-3 text-ink-2">{end(each.before_action, each.before_verdict)}</td>
                <td className="px-3 py-1.5">
                  {changed ? end(each.after_action, each.after_verdict) : <span className="text-ink-3">the same</span>}
                </td>
                <td className="num px-3 py-1.5 text-right">
                  {changed ? (
                    <button
                      type="button"
                      aria-pressed={chosen === flip}
                      aria-label={`Show examples of these ${each.count} decisions`}
                      className="rounded px-1.5 py-0.5 font-semibold text-accent hover:underline"
                      onClick={() => onChoose(chosen === flip ? null : flip)}
                    >
                      {count(each.count)}
                    </button>
                  ) : (
                    <span className="px-1.5 text-ink-2">{count(each.count)}</span>
                  )}
                </td>
                <td className={cn("py-1.5 pl-3 text-right", !changed && "text-ink-2")}>
                  <Money value={each.amount} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}
