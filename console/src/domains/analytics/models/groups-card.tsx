import { TriangleAlert } from "lucide-react"
import { Badge, Card } from "@/ui/basics"
import { count } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { metricInterval, metricValue, metricWord } from "../parts/metric"
import type { GroupFigures, Report } from "./report"

const METRICS_SHOWN = 4

/** How it does for groups of protected attributes, which it never learnt from. */
export function GroupsCard({ report }: { report: Report }) {
  const attributes = [...new Set(report.groups.map((group) => group.attribute))]
  return (
    <Card title="Fairness by group">
      <div className="flex flex-col gap-4">
        {attributes.map((attribute) => (
          <Attribute
            key={attribute}
            attribute={attribute}
            groups={report.groups.filter((group) => group.attribute === attribute)}
          />
        ))}
      </div>
      <p className="mt-3 text-xs text-ink-3">
        Protected columns are looked at to compare groups, and never to answer. A group that is too small says nothing
        either way.
      </p>
    </Card>
  )
}

function Attribute({ attribute, groups }: { attribute: string; groups: GroupFigures[] }) {
  const names = groups.find((group) => group.metrics.length > 0)?.metrics.slice(0, METRICS_SHOWN) ?? []
  return (
    <Scroll label={`Groups by ${attribute}`} className="overflow-x-auto">
      <table className="num w-full text-[13px]">
        <thead className="text-left text-xs text-ink-3">
          <tr className="border-b">
            <th scope="col" className="py-1.5 pr-3 font-medium">
              {attribute}
            </th>
            <th scope="col" className="px-3 py-1.5 text-right font-medium">
              Rows
            </th>
            {names.map(({ name }) => (
              <th key={name} scope="col" className="py-1.5 pl-3 text-right font-medium">
                {metricWord(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.value} className="border-b align-baseline last:border-0">
              <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                {group.value}
                {group.flagged && (
                  <Badge tone="warn" icon={<TriangleAlert aria-hidden />} className="ml-2">
                    Look at this
                  </Badge>
                )}
                {group.why && <span className="block text-xs text-ink-3">{group.why}</span>}
              </th>
              <td className="px-3 py-1.5 text-right">{count(group.count)}</td>
              {names.map(({ name }) => {
                const metric = group.metrics.find((each) => each.name === name)
                return (
                  <td key={name} className="py-1.5 pl-3 text-right whitespace-nowrap">
                    {metricValue(name, metric?.value)}
                    <span className="block text-xs text-ink-3">
                      {metricInterval(name, metric?.lower, metric?.upper) ?? (metric ? "" : "too few")}
                    </span>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
