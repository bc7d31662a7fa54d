import { count, percent } from "@/ui/format"
import { bytes, type Figures, meanMilliseconds, milliseconds } from "./figures"

/** The sums of the period. */
export function Totals({ total }: { total: Figures }) {
  const failed = total.requests ? total.errors / total.requests : 0
  const tiles: [string, string, string][] = [
    ["Requests", count(total.requests), "answered or refused"],
    ["Failed", count(total.errors), total.requests ? `${percent(failed, 1)} of requests` : "no requests"],
    ["Decisions", count(total.decisions), "asked for by them"],
    ["Received", bytes(total.bytes_in), "in bodies"],
    ["Sent", bytes(total.bytes_out), "in bodies"],
    ["Mean time", milliseconds(meanMilliseconds(total)), "until an answer began"],
  ]
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
      {tiles.map(([term, value, note]) => (
        <div key={term} className="card min-w-0 px-3 py-2.5">
          <dt className="text-xs text-ink-3">{term}</dt>
          <dd>
            <span className="num block truncate text-lg font-semibold">{value}</span>
            <span className="block truncate text-2xs text-ink-3">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
