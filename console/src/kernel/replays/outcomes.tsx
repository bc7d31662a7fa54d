import { Card } from "@/ui/basics"
import { count, percent, words } from "@/ui/format"
import type { Report } from "./report"

const GROUPS = ["approved", "rejected", "asked", "refused"] as const

/** What was decided, and how those cases ended in truth, with 95% intervals. */
export function Outcomes({ report }: { report: Report }) {
  const because = Object.entries(report.asked_because)
  return (
    <Card title="What was decided, and how it ended">
      <table className="num w-full text-[13px]">
        <thead className="text-left text-xs text-ink-3">
          <tr className="border-b">
            <th scope="col" className="py-1.5 font-medium">
              Decision
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              Cases
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              Default rate
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              95% interval
            </th>
          </tr>
        </thead>
        <tbody>
          {GROUPS.map((group) => {
            const rate = report.default_rates[group]
            const known = rate && rate.rate !== null && rate.lower !== null && rate.upper !== null
            return (
              <tr key={group} className="border-b last:border-0">
                <th scope="row" className="py-1.5 text-left font-normal">
                  {words(group)}
                </th>
                <td className="py-1.5 text-right">{count(report[group])}</td>
                <td className="py-1.5 text-right">{known ? percent(rate.rate!, 1) : "–"}</td>
                <td className="py-1.5 text-right text-ink-3">
                  {known ? `${percent(rate.lower!, 1)} to ${percent(rate.upper!, 1)}` : "–"}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {because.length > 0 && (
        <p className="mt-2 text-xs text-ink-3">
          Asked because: {because.map(([code, cases]) => `${words(code).toLowerCase()} ${count(cases)}`).join(", ")}.
        </p>
      )}
    </Card>
  )
}
