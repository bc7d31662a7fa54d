import { TriangleAlert } from "lucide-react"
import { Card, Notice } from "@/ui/basics"
import { count, percent, words } from "@/ui/format"
import type { Fairness } from "./report"

/** Approval rates by protected attribute, and whether the lowest is at least four fifths of the highest. */
export function FairnessCard({ fairness }: { fairness: Fairness[] }) {
  return (
    <Card title="Fairness">
      {fairness.length === 0 && <p className="text-[13px] text-ink-3">The table names no protected attribute.</p>}
      <div className="flex flex-col gap-4">
        {fairness.map((attribute) => (
          <Attribute key={attribute.attribute} attribute={attribute} />
        ))}
      </div>
    </Card>
  )
}

function Attribute({ attribute }: { attribute: Fairness }) {
  const name = words(attribute.attribute)
  return (
    <section aria-label={name}>
      {attribute.passes === false && (
        <Notice tone="warn" icon={<TriangleAlert aria-hidden />} className="mb-2">
          Approval by {name} differs by more than the four-fifths rule allows (ratio{" "}
          {attribute.four_fifths_ratio?.toFixed(2)}).
        </Notice>
      )}
      <table className="num w-full text-[13px]">
        <thead className="text-left text-xs text-ink-3">
          <tr className="border-b">
            <th scope="col" className="py-1.5 font-medium">
              {name}
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              Cases
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              Approved
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              95% interval
            </th>
          </tr>
        </thead>
        <tbody>
          {attribute.groups.map((group) => (
            <tr key={group.value} className="border-b last:border-0">
              <th scope="row" className="py-1.5 text-left font-normal">
                {group.value}
                {!group.large_enough && <span className="text-xs text-ink-3"> (too few to tell)</span>}
              </th>
              <td className="py-1.5 text-right">{count(group.count)}</td>
              <td className="py-1.5 text-right">{group.rate === null ? "–" : percent(group.rate, 1)}</td>
              <td className="py-1.5 text-right text-ink-3">
                {group.lower === null || group.upper === null
                  ? "–"
                  : `${percent(group.lower)} to ${percent(group.upper)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
