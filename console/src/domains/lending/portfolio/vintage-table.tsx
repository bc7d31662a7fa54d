import type { Schema } from "@/api/client"
import { count } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Amount } from "../loans/amounts"
import { cohortName, shareText } from "./words"

const STRENGTH = 38

/** A row for each cohort, a column for each month on the books; what will still change is marked. */
export function VintageTable({
  vintages,
  curves,
}: {
  vintages: Schema["VintageView"]
  curves: Schema["VintageCurve"][]
}) {
  const months = Math.max(...curves.map((curve) => curve.cells.length))
  const worst = Math.max(...curves.flatMap((curve) => curve.cells.map((cell) => cell.share)), 0)
  const immature = curves.some((curve) => curve.cells.some((cell) => !cell.mature))
  return (
    <>
      <Scroll label="Cohorts by months on the books" className="-mx-4 overflow-x-auto px-4">
        <table className="num text-xs">
          <caption className="sr-only">Cohorts by months on the books</caption>
          <thead>
            <tr className="text-left text-ink-3">
              <th scope="col" className="sticky left-0 z-10 bg-surface pr-3 pb-1.5 font-medium">
                Cohort
              </th>
              <th scope="col" className="px-2 pb-1.5 text-right font-medium">
                Loans
              </th>
              <th scope="col" className="px-2 pb-1.5 text-right font-medium">
                Paid out
              </th>
              {Array.from({ length: months }, (_, month) => month).map((month) => (
                <th key={month} scope="col" className="min-w-12 px-1 pb-1.5 text-right font-medium">
                  <span className="sr-only">Month </span>
                  {month}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {curves.map((curve) => (
              <tr key={curve.begins}>
                <th
                  scope="row"
                  className="sticky left-0 z-10 h-7 bg-surface pr-3 text-left font-medium whitespace-nowrap"
                >
                  {cohortName(curve.begins, vintages.by)}
                </th>
                <td className="px-2 text-right">{count(curve.count)}</td>
                <td className="px-2 text-right whitespace-nowrap">
                  <Amount value={curve.amount} currency={vintages.currency} />
                </td>
                {curve.cells.map((cell) => (
                  <td
                    key={cell.months}
                    className={`border border-surface px-1 text-right ${cell.mature ? "" : "text-ink-2 italic"}`}
                    style={
                      cell.share > 0 && worst > 0
                        ? {
                            background: `color-mix(in oklab, var(--review-fill) ${Math.round((cell.share / worst) * STRENGTH)}%, transparent)`,
                          }
                        : undefined
                    }
                  >
                    {cell.share === 0 ? <span className="text-ink-3">0</span> : shareText(cell.share)}
                    {!cell.mature && <span className="sr-only"> so far</span>}
                    {!cell.mature && <span aria-hidden>*</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {immature && (
        <p className="mt-2 text-xs text-ink-3">
          <span className="italic">*</span> Will still change: some loans of the cohort have not been on the books for
          so long.
        </p>
      )}
    </>
  )
}
