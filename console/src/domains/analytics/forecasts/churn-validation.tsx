import { Card, Facts } from "@/ui/basics"
import { count, percent } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { metricMeans, metricValue, metricWord } from "../parts/metric"
import type { Summary } from "./queries"
import { amount } from "./words"

type Churn = NonNullable<Summary["churn"]>

const SHOWN = ["auc", "average_precision", "brier", "calibration_error", "precision", "recall"]

/** How well leaving was foreseen where it is known what came. */
export function ChurnValidation({ churn }: { churn: Churn }) {
  const found = churn.validation
  if (!found) {
    const figures = SHOWN.filter((name) => churn.parameters[name] !== undefined)
    if (figures.length === 0)
      return (
        <Card title="On the past">
          <p className="text-[13px] text-ink-3">The past is too short to try it there. Take it with care.</p>
        </Card>
      )
    return (
      <Card title="On customers it never saw">
        <Facts
          items={figures.map((name) => [
            metricWord(name),
            <span key={name}>
              <span className="num">{metricValue(name, churn.parameters[name])}</span>
              <span className="block text-xs text-ink-3">{metricMeans(name)}</span>
            </span>,
          ])}
        />
      </Card>
    )
  }
  return (
    <Card title="On the past">
      <p className="text-[13px] text-ink-2">
        Fitted on what was before {found.held_out_from}, and held against the {count(Math.round(found.held_out_days))}{" "}
        days after it.{" "}
        {found.auc !== null &&
          `Of two customers of whom one came again, it ranked that one higher in ${percent(found.auc)} of cases`}
        {found.auc !== null &&
          (found.recency_auc !== null ? `; going by the last visit alone, ${percent(found.recency_auc)}.` : ".")}
      </p>
      <Facts
        className="mt-3"
        items={[
          ["Purchases expected", amount(found.expected_total)],
          ["Purchases made", amount(found.actual_total)],
          ["Expected not to come", amount(found.expected_inactive)],
          ["Did not come", amount(found.actual_inactive)],
          [
            "Mean error, purchases",
            <span key="error" className="num">
              {found.error?.toFixed(2) ?? "–"}{" "}
              <span className="text-xs text-ink-3">earlier pace {found.naive_error?.toFixed(2) ?? "–"}</span>
            </span>,
          ],
        ]}
      />
      {found.calibration.length > 0 && (
        <details className="mt-3">
          <summary className="cursor-pointer text-[13px] text-ink-2">By group of customers</summary>
          <Scroll label="Expected and actual by group" className="mt-2 max-h-64 overflow-auto rounded-control border">
            <table className="num w-full text-xs">
              <thead className="sticky top-0 bg-sunken text-ink-3">
                <tr>
                  <th scope="col" className="px-2 py-1.5 text-left font-medium">
                    Group
                  </th>
                  {["Customers", "Expected", "Came"].map((head) => (
                    <th key={head} scope="col" className="px-2 py-1.5 text-right font-medium">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {found.calibration.map((each) => (
                  <tr key={each.group} className="border-t">
                    <th scope="row" className="px-2 py-1 text-left font-normal">
                      {each.group}
                    </th>
                    <td className="px-2 py-1 text-right">{count(each.count)}</td>
                    <td className="px-2 py-1 text-right">{amount(each.expected)}</td>
                    <td className="px-2 py-1 text-right">{amount(each.actual)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </details>
      )}
    </Card>
  )
}
