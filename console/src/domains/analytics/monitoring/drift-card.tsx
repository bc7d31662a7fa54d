import { useQuery } from "@tanstack/react-query"
import { CircleCheck, MoveRight } from "lucide-react"
import { useTimeZone } from "@/app/session"
import { Badge, Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Chart } from "@/ui/chart"
import { cn } from "@/ui/cn"
import { count, percent } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Fetched } from "@/ui/states"
import { modelRoute } from "../models/routes"
import { dayText } from "./days"
import { type ColumnDrift, type Drift, driftQuery } from "./queries"

/** How far what the model is asked lies from what it learnt, column by column, each against what chance alone shows. */
export function DriftCard({ modelId, version }: { modelId: string; version: number | undefined }) {
  const query = useQuery(driftQuery(modelId, version))
  return (
    <Card title="Has its data moved?">
      <Fetched query={query}>{(found) => <Shown found={found} />}</Fetched>
    </Card>
  )
}

function Shown({ found }: { found: Drift }) {
  const { column } = modelRoute.useSearch()
  const navigate = modelRoute.useNavigate()
  const zone = useTimeZone()
  const history = found.history.find((each) => each.name === column)
  const look = (name: string | undefined) =>
    void navigate({ search: (now) => ({ ...now, column: name }), replace: true, resetScroll: false })
  return (
    <div className="flex flex-col gap-3">
      <p className="text-[15px] break-words">{found.words}</p>
      {found.period_from && (
        <p className="text-[13px] text-ink-3">
          {count(found.predictions)} cases from {dayText(found.period_from, zone)}
          {found.period_to && ` to ${dayText(found.period_to, zone)}`}, against version {found.version}’s training.
        </p>
      )}
      {history && (
        <section aria-label={`${history.name} over time`} className="rounded-control border p-3">
          <div className="mb-2 flex items-center justify-between gap-2">
            <h3 className="min-w-0 truncate text-[13px] font-semibold">{history.name} over time</h3>
            <Button size="sm" variant="ghost" onClick={() => look(undefined)}>
              Close
            </Button>
          </div>
          <Chart
            className="h-40"
            data={{
              label: `How far ${history.name} lies from training`,
              kind: "line",
              points: history.at.map((at) => dayText(at, zone)),
              series: [
                { name: "Moved", colour: "accent", values: history.distance },
                { name: "What chance exceeds once in twenty", colour: "abstain-fill", values: history.threshold },
              ],
              format: (value) => percent(value, 1),
            }}
          />
        </section>
      )}
      {found.features.length > 0 && (
        <Columns
          label="Columns by how far they moved"
          columns={found.features}
          importance={found.importance}
          drawn={new Set(found.history.map((each) => each.name))}
          onLook={look}
        />
      )}
      {found.answers.length > 0 && <Columns label="Its answers" columns={found.answers} />}
      {found.notes.map((note) => (
        <p key={note} className="text-xs text-ink-3">
          {note}
        </p>
      ))}
      {found.left_out > 0 && (
        <p className="text-xs text-ink-3">{count(found.left_out)} more columns are not watched.</p>
      )}
    </div>
  )
}

function Columns({
  label,
  columns,
  importance,
  drawn,
  onLook,
}: {
  label: string
  columns: ColumnDrift[]
  importance?: Record<string, number>
  drawn?: Set<string>
  onLook?: (name: string) => void
}) {
  const widest = Math.max(...columns.map((each) => Math.max(each.distance, each.threshold)), Number.MIN_VALUE)
  return (
    <Scroll label={label} className="max-h-[30rem] overflow-auto">
      <table className="w-full text-[13px]">
        <caption className="sr-only">{label}</caption>
        <thead className="sticky top-0 bg-surface text-left text-xs text-ink-3">
          <tr className="border-b">
            <th scope="col" className="py-1.5 pr-3 font-medium">
              {onLook ? "Column" : "Its answers"}
            </th>
            <th scope="col" className="py-1.5 pr-3 font-medium">
              Moved, beside chance
            </th>
            <th scope="col" className="py-1.5 font-medium">
              State
            </th>
          </tr>
        </thead>
        <tbody>
          {columns.map((each) => (
            <tr key={each.name} className="border-b align-top last:border-0">
              <th scope="row" className="max-w-48 py-2 pr-3 text-left font-normal">
                {onLook && drawn?.has(each.name) ? (
                  <button
                    type="button"
                    className="max-w-full truncate font-medium text-accent hover:underline"
                    onClick={() => onLook(each.name)}
                  >
                    {each.name}
                    <span className="sr-only">: show its course</span>
                  </button>
                ) : (
                  <span className="block truncate font-medium">{each.name}</span>
                )}
                {importance?.[each.name] !== undefined && (
                  <span className="num block text-xs text-ink-3">matters {percent(importance[each.name]!, 1)}</span>
                )}
              </th>
              <td className="py-2 pr-3">
                <Moved column={each} widest={widest} />
                <span className="mt-1 block text-xs break-words text-ink-3">{each.words}</span>
              </td>
              <td className="py-2">
                <StateBadge column={each} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Moved({ column, widest }: { column: ColumnDrift; widest: number }) {
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="relative h-1.5 w-24 shrink-0 rounded-full bg-line">
        <span
          className={cn(
            "absolute inset-y-0 left-0 rounded-full",
            column.state === "drifting" ? "bg-review-fill" : "bg-accent",
          )}
          style={{ width: `${(column.distance / widest) * 100}%` }}
        />
        <span className="absolute -inset-y-0.5 w-0.5 bg-ink" style={{ left: `${(column.threshold / widest) * 99}%` }} />
      </span>
      <span className="num text-xs whitespace-nowrap text-ink-2">
        {percent(column.distance, 1)} <span className="text-ink-3">chance up to {percent(column.threshold, 1)}</span>
      </span>
    </span>
  )
}

function StateBadge({ column: { state, size } }: { column: ColumnDrift }) {
  if (state === "drifting")
    return (
      <Badge tone="warn" icon={<MoveRight aria-hidden />}>
        Moved{size !== "none" && `, ${size}`}
      </Badge>
    )
  if (state === "too few") return <Badge>Too few cases</Badge>
  return <Badge icon={<CircleCheck aria-hidden />}>Steady</Badge>
}
