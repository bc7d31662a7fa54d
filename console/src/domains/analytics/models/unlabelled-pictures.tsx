import { Card } from "@/ui/basics"
import { Chart } from "@/ui/chart"
import { count, percent } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import type { Details } from "./report"

const head = "py-1.5 pr-3 font-medium"

/** The groups that were found, each in words. */
export function GroupsFound({ details }: { details: Details }) {
  const { clusters = [], outside_share: outside = 0, stability = [] } = details
  const steady = stability.length ? stability.reduce((sum, value) => sum + value, 0) / stability.length : null
  return (
    <Card title={`The ${clusters.length} groups`}>
      <ul className="flex flex-col divide-y">
        {clusters.map((cluster) => (
          <li
            key={cluster.cluster}
            className="grid gap-x-4 gap-y-1 py-2 text-[13px] first:pt-0 sm:grid-cols-[9rem_1fr]"
          >
            <span>
              <span className="font-medium">Group {cluster.cluster}</span>
              <span className="num block text-xs text-ink-3">
                {count(cluster.size)} rows, {percent(cluster.share, 1)}
              </span>
              <span aria-hidden className="mt-1 block h-1.5 rounded-full bg-line">
                <span
                  className="block h-full rounded-full bg-accent"
                  style={{ width: `${Math.round(cluster.share * 100)}%` }}
                />
              </span>
            </span>
            <span className="text-ink-2">{cluster.words.replace(/^[^:]*: /, "")}</span>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-[13px] text-ink-2">
        {outside > 0 && `${percent(outside, 1)} of rows belong to none. `}
        {steady !== null &&
          `Learnt again from halves of the rows, the groups agree to ${steady.toFixed(2)} (1 is the same, 0 is chance).`}
      </p>
    </Card>
  )
}

/** How strange rows are, and the strangest of them with what is unusual about each. */
export function Strangest({ details }: { details: Details }) {
  const { strangest = [], scores, expected_share: share } = details
  return (
    <Card title="The strangest rows">
      {scores && (
        <Chart
          className="h-48"
          data={{
            label: "How many rows it never saw have which score",
            kind: "bars",
            axis: "Score",
            points: scores.counts.map((_, at) => (scores.edges[at] ?? 0).toFixed(3)),
            series: [{ name: "Rows", colour: "accent", values: scores.counts }],
          }}
        />
      )}
      {share !== undefined && (
        <p className="mb-2 text-[13px] text-ink-2">It alarms about {percent(share, 2)} of rows, as was asked for.</p>
      )}
      <Scroll label="The strangest rows" className="overflow-x-auto">
        <table className="w-full text-[13px]">
          <thead className="text-left text-xs text-ink-3">
            <tr className="border-b">
              <th scope="col" className={head}>
                Row
              </th>
              <th scope="col" className={head}>
                Score
              </th>
              <th scope="col" className={head}>
                What is unusual
              </th>
            </tr>
          </thead>
          <tbody>
            {strangest.map((each) => (
              <tr key={each.row} className="border-b align-baseline last:border-0">
                <th scope="row" className="num py-1.5 pr-3 text-left font-normal">
                  {count(each.row)}
                </th>
                <td className="num py-1.5 pr-3">{each.score.toFixed(3)}</td>
                <td className="py-1.5 text-ink-2">
                  {each.reasons.map((reason) => `${reason.feature}: ${reason.value ?? "missing"}`).join(" · ")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Card>
  )
}
