import { Card } from "@/ui/basics"
import { Scroll } from "@/ui/scroll"
import { metricInterval, metricMeans, metricValue, metricWord } from "../parts/metric"
import type { Version } from "./queries"

/** Every figure of a version with its interval, beside what simple ways of guessing reach on the same rows. */
export function FiguresCard({ version }: { version: Version }) {
  const baselines = Object.entries(version.baselines)
  const own = version.metrics.toSorted(
    (first, second) => Number(second.name === version.metric) - Number(first.name === version.metric),
  )
  const reached = (metrics: typeof own, name: string) => metrics.find((each) => each.name === name)
  return (
    <Card title="How it was measured">
      <Scroll label="Figures beside baselines" className="overflow-x-auto">
        <table className="num w-full text-[13px]">
          <thead className="text-left text-xs text-ink-3">
            <tr className="border-b">
              <th scope="col" className="py-1.5 pr-3 font-medium">
                Figure
              </th>
              <th scope="col" className="px-3 py-1.5 text-right font-medium">
                Version {version.number}
              </th>
              <th scope="col" className="px-3 py-1.5 text-right font-medium">
                95% interval
              </th>
              {baselines.map(([name]) => (
                <th key={name} scope="col" className="py-1.5 pl-3 text-right font-medium">
                  {name.replaceAll("_", " ")}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {own.map((metric) => (
              <tr key={metric.name} className="border-b last:border-0">
                <th scope="row" className="min-w-44 py-1.5 pr-3 text-left font-normal">
                  <span className={metric.name === version.metric ? "font-semibold" : undefined}>
                    {metricWord(metric.name)}
                  </span>
                  <span className="block text-xs text-ink-3">
                    {metricMeans(metric.name) ?? (metric.higher_is_better ? "Higher is better." : "Lower is better.")}
                  </span>
                </th>
                <td className="px-3 py-1.5 text-right font-medium">{metricValue(metric.name, metric.value)}</td>
                <td className="px-3 py-1.5 text-right whitespace-nowrap text-ink-3">
                  {metricInterval(metric.name, metric.lower, metric.upper) ?? "–"}
                </td>
                {baselines.map(([name, metrics]) => (
                  <td key={name} className="py-1.5 pl-3 text-right text-ink-2">
                    {metricValue(metric.name, reached(metrics, metric.name)?.value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Card>
  )
}
