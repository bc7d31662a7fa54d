import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { query } from "@/api/client"
import { useOrganization } from "@/app/session"
import { Card } from "@/ui/basics"
import { words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { DecisionsChart } from "./decisions-chart"
import { Indicators } from "./indicators"
import { PERIODS, type Period } from "./period"

const REFRESH_MILLISECONDS = 10_000

/** Decisions and key figures over the last business day, week or month. */
export function Figures({ period, onPeriod }: { period: Period; onPeriod: (period: Period) => void }) {
  const timeZone = useOrganization()?.time_zone ?? "UTC"
  const metrics = useQuery(
    query.queryOptions(
      "get",
      "/api/admin/autonomous-business/metrics",
      { params: { query: { period } } },
      {
        placeholderData: keepPreviousData,
        refetchInterval: REFRESH_MILLISECONDS,
      },
    ),
  )
  const choice = (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would change the layout
    <div role="group" aria-label="Period" className="inline-flex rounded-control border bg-surface p-0.5">
      {PERIODS.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === period}
          onClick={() => onPeriod(each)}
          className="h-6 rounded-[5px] px-2 text-xs font-medium text-ink-2 hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent"
        >
          {words(each)}
        </button>
      ))}
    </div>
  )
  return (
    <>
      <Card title="Decisions" actions={choice}>
        <Fetched query={metrics}>{(data) => <DecisionsChart metrics={data} timeZone={timeZone} />}</Fetched>
      </Card>
      {metrics.data && <Indicators indicators={metrics.data.kpis} period={period} />}
    </>
  )
}
