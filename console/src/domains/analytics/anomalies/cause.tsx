import { Link } from "@tanstack/react-router"
import { ArrowRight } from "lucide-react"
import { useOrganization } from "@/app/session"
import { percent, words } from "@/ui/format"
import type { AnomalyDetail } from "./queries"
import type { AnomaliesSearch } from "./search"
import { inUnit } from "./words"

/** What probably caused it, in words, with how much of it lies where. Never proven, and it says so. */
export function Cause({ row, search }: { row: AnomalyDetail; search: AnomaliesSearch }) {
  const { cause } = row
  const first = cause.first_anomaly_id
  return (
    <section>
      <h3 className="mb-1.5 text-[13px] font-semibold">Likely cause</h3>
      <p className="text-[13px] text-ink-2">{cause.summary || row.summary}</p>
      {first && !cause.is_first && (
        <Link
          to="/anomalies"
          search={{ ...search, id: first }}
          resetScroll={false}
          className="mt-1 inline-flex items-center gap-1.5 text-[13px] text-accent hover:underline [&_svg]:size-3.5"
        >
          What began first <ArrowRight aria-hidden />
        </Link>
      )}
      {cause.contributions.length > 0 && <Shares row={row} />}
      <p className="mt-1.5 text-xs text-ink-3">
        Found by what moved at the same time and where the deviation lies; a hint where to look, not a proof.
      </p>
    </section>
  )
}

function Shares({ row }: { row: AnomalyDetail }) {
  const currency = useOrganization()?.currency ?? "USD"
  return (
    <table className="num mt-2 w-full text-xs">
      <caption className="sr-only">Which parts hold the deviation</caption>
      <thead className="text-left text-ink-3">
        <tr>
          <th scope="col" className="py-1 font-medium">
            Part
          </th>
          <th scope="col" className="py-1 pl-3 text-right font-medium">
            Came
          </th>
          <th scope="col" className="py-1 pl-3 text-right font-medium">
            Usual
          </th>
          <th scope="col" className="w-36 py-1 pl-3 text-right font-medium">
            Share of it
          </th>
        </tr>
      </thead>
      <tbody>
        {row.cause.contributions.map((each) => (
          <tr key={`${each.dimension} ${each.value}`} className="border-t">
            <th scope="row" className="py-1 text-left font-normal break-words">
              <span className="text-ink-3">{words(each.dimension)}</span> {each.value}
            </th>
            <td className="py-1 pl-3 text-right">{inUnit(each.actual, row.unit, currency)}</td>
            <td className="py-1 pl-3 text-right">{inUnit(each.expected, row.unit, currency)}</td>
            <td className="py-1 pl-3">
              <span className="flex items-center justify-end gap-2">
                <span aria-hidden className="h-1.5 w-16 rounded-full bg-line">
                  <span
                    className="block h-full rounded-full bg-accent"
                    style={{ width: `${Math.max(0, Math.min(1, each.share)) * 100}%` }}
                  />
                </span>
                <span className="min-w-9 text-right">{percent(each.share)}</span>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
