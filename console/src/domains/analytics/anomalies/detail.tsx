import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ArrowLeft, Settings2 } from "lucide-react"
import { useOrganization } from "@/app/session"
import { Severity } from "@/kernel/alerts/severity"
import { Badge, Copy, Notice } from "@/ui/basics"
import { actor, count, duration } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import type { Acting, Ending } from "./acting"
import { Acts } from "./acts"
import { Cause } from "./cause"
import { FigureChart } from "./figure-chart"
import { Figures } from "./figures"
import { History } from "./history"
import { Members } from "./members"
import { type AnomalyDetail, anomalyQuery } from "./queries"
import type { AnomaliesSearch } from "./search"
import { bucketWord, hasEnded, StateBadge, stateWord, titleOf } from "./words"

interface Props {
  search: AnomaliesSearch
  acting: Acting
  onMute: (row: AnomalyDetail) => void
  onEnd: (row: AnomalyDetail, state: Ending, many: boolean) => void
}

/** One anomaly: what strayed, by how much, what it cost, why it likely did, and what can be done. */
export function Detail({ id, ...props }: Props & { id: string }) {
  return <Fetched query={useQuery(anomalyQuery(id))}>{(row) => <Body row={row} {...props} />}</Fetched>
}

const SECOND_MILLISECONDS = 1000

function Body({ row, search, acting, onMute, onEnd }: Props & { row: AnomalyDetail }) {
  const organization = useOrganization()
  const lasted = (Date.parse(row.ended_at) - Date.parse(row.started_at)) / SECOND_MILLISECONDS
  return (
    <div className="flex flex-col gap-5 p-4">
      <header>
        <div className="flex flex-wrap items-center gap-1.5">
          <Severity level={row.severity} />
          <StateBadge state={row.state} />
          {row.feedback && (
            <Badge>{row.feedback === "useful" ? "Said to be useful" : "Said to be a false alarm"}</Badge>
          )}
        </div>
        <h2 className="mt-2 text-base leading-6 font-semibold break-words">{titleOf(row)}</h2>
        <p className="mt-0.5 text-xs text-ink-3">
          Began <When at={row.started_at} />
          {lasted > 0 && `, went on for ${duration(lasted)}`} · {count(row.points)}{" "}
          {row.points === 1 ? "point" : "points"} · watched {bucketWord(row.bucket)} · found{" "}
          <When at={row.detected_at} clock="system" />
        </p>
      </header>
      <Acts row={row} acting={acting} onMute={() => onMute(row)} onEnd={(state, many) => onEnd(row, state, many)} />
      {hasEnded(row.state) && (
        <Notice>
          {stateWord(row.state)} by {actor(row.updated_by)} <When at={row.updated_at} clock="system" />
          {row.resolution && <p className="mt-1 break-words whitespace-pre-wrap text-ink">{row.resolution}</p>}
        </Notice>
      )}
      {row.state === "muted" && row.muted_until && (
        <Notice>
          Muted by {actor(row.updated_by)}; it comes back <When at={row.muted_until} />.
        </Notice>
      )}
      <Figures row={row} currency={organization?.currency ?? "USD"} />
      <section>
        <h3 className="mb-1.5 text-[13px] font-semibold">What came and what was expected</h3>
        {row.series.points.length > 0 ? (
          <FigureChart series={row.series} span={row} />
        ) : (
          <p className="text-[13px] text-ink-3">The figure can no longer be read as it was then.</p>
        )}
      </section>
      <Cause row={row} search={search} />
      <Members row={row} search={search} />
      <History anomalyId={row.id} />
      <footer className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t pt-3 text-xs text-ink-3">
        <Link
          to="/anomalies"
          search={{ tab: "watched", current: row.detector_id }}
          className="inline-flex items-center gap-1 hover:text-ink hover:underline [&_svg]:size-3.5"
        >
          <Settings2 aria-hidden /> How {row.name} is watched
        </Link>
        <Link
          to="/anomalies"
          search={{ state: "all", source: [row.data_source] }}
          className="inline-flex items-center gap-1 hover:text-ink hover:underline [&_svg]:size-3.5"
        >
          <ArrowLeft aria-hidden /> Earlier ones of it
        </Link>
        <Copy text={row.id} label="Copy id">
          {row.data_source}
        </Copy>
      </footer>
    </div>
  )
}
