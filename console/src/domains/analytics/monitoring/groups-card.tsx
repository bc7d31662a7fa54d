import { CircleAlert, CircleCheck } from "lucide-react"
import type { Schema } from "@/api/client"
import { useTimeZone } from "@/app/session"
import { Badge, Card } from "@/ui/basics"
import { count, percent } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { dayText } from "./days"
import type { Period } from "./queries"
import { latest } from "./series"

/** Whether groups of people are treated alike: how often each is named, and how right the model is for each. */
export function GroupsCard({ periods }: { periods: Period[] }) {
  const zone = useTimeZone()
  const last = latest(periods, (each) => each.groups.length > 0)
  return (
    <Card title="Are groups treated alike?">
      {!last ? (
        <p className="text-[13px] text-ink-3">That can be said when enough cases name their group.</p>
      ) : (
        <div className="flex flex-col gap-4">
          {last.groups.map((each) => (
            <Attribute key={each.attribute} of={each} />
          ))}
          <p className="text-xs text-ink-3">
            From {dayText(last.period_from, zone)}. The four-fifths rule asks that no group is named less than 80 % as
            often as the one named most.
          </p>
        </div>
      )}
    </Card>
  )
}

const shown = (share: number | null) => (share === null ? "–" : percent(share, 1))

function Attribute({ of }: { of: Schema["AttributeGroups"] }) {
  return (
    <section aria-label={of.attribute}>
      <div className="mb-1 flex flex-wrap items-center gap-2">
        <h3 className="text-[13px] font-semibold">{of.attribute}</h3>
        {of.flagged ? (
          <Badge tone="bad" icon={<CircleAlert aria-hidden />}>
            Look at this
          </Badge>
        ) : (
          of.passes && <Badge icon={<CircleCheck aria-hidden />}>Within four fifths</Badge>
        )}
      </div>
      <p className="mb-2 text-[13px] break-words">{of.words}</p>
      <Scroll label={`${of.attribute}: groups`} className="overflow-x-auto">
        <table className="num w-full text-[13px]">
          <caption className="sr-only">{of.attribute}: groups</caption>
          <thead>
            <tr className="border-b text-left text-xs text-ink-3">
              {["Group", "Cases", "Named", "Accuracy", "Recall", "False alarms"].map((head, at) => (
                <th key={head} scope="col" className={`py-1.5 pr-3 font-medium ${at > 0 ? "text-right" : ""}`}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {of.groups.map((group) => (
              <tr key={group.value} className="border-b last:border-0">
                <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                  {group.value}
                  {!group.enough && <span className="block text-xs text-ink-3">too few to say</span>}
                </th>
                <td className="py-1.5 pr-3 text-right">{count(group.count)}</td>
                <td className="py-1.5 pr-3 text-right whitespace-nowrap">
                  {shown(group.selected)}
                  <span className="block text-xs text-ink-3">
                    {shown(group.selected_lower)} to {shown(group.selected_upper)}
                  </span>
                </td>
                <td className="py-1.5 pr-3 text-right">{shown(group.accuracy)}</td>
                <td className="py-1.5 pr-3 text-right">{shown(group.recall)}</td>
                <td className="py-1.5 pr-3 text-right">{shown(group.false_alarms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  )
}
