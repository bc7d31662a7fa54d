import { Check } from "lucide-react"
import { percent, words } from "@/ui/format"
import { Confidence } from "@/ui/verdict"
import type { DecisionRecord } from "./queries"

/** The actions that were eligible, how sure each was, and how likely each was to be chosen. */
export function Alternatives({ record }: { record: DecisionRecord }) {
  const alternatives = record.alternatives ?? []
  if (alternatives.length === 0) return <p className="text-ink-3">There was nothing to choose from.</p>
  return (
    <table className="w-full text-[13px]">
      <caption className="sr-only">Alternatives</caption>
      <thead className="text-left text-xs text-ink-3">
        <tr>
          <th scope="col" className="pb-1.5 font-medium">
            Action
          </th>
          <th scope="col" className="pb-1.5 pl-3 font-medium">
            Would be right
          </th>
          <th scope="col" className="pb-1.5 pl-3 text-right font-medium">
            Propensity
          </th>
        </tr>
      </thead>
      <tbody>
        {alternatives.map((each) => (
          <tr key={each.action} className="border-t">
            <th scope="row" className="py-1.5 text-left font-normal">
              {words(each.action)}
              {each.action === record.action && (
                <span className="ml-1.5 inline-flex items-center gap-0.5 text-xs text-ink-3">
                  <Check aria-hidden className="size-3" /> proposed
                </span>
              )}
            </th>
            <td className="py-1.5 pl-3">
              <Confidence value={each.confidence} />
            </td>
            <td className="num py-1.5 pl-3 text-right">{percent(each.propensity, 1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
