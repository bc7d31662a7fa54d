import { useQuery } from "@tanstack/react-query"
import { Card, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { count, percent } from "@/ui/format"
import { BackTestCard } from "./back-test-card"
import { type Forecast, type Summary, seriesQuery } from "./queries"
import { forecastRoute } from "./routes"
import { SeriesChart } from "./series-chart"
import { SeriesTable } from "./series-table"
import { amount, change, methodWord, periods } from "./words"

/** A forecast of amounts: all together or one series, its back-test beside it, and every series below. */
export function AmountsView({ forecast, summary }: { forecast: Forecast; summary: Summary }) {
  const { series: chosen } = forecastRoute.useSearch()
  const navigate = forecastRoute.useNavigate()
  const one = useQuery({ ...seriesQuery(forecast.id, chosen ?? 0), enabled: chosen !== undefined })
  const line = chosen === undefined ? null : one.data
  const look = (series: number | undefined) =>
    void navigate({ search: (before) => ({ ...before, series }), replace: true, resetScroll: false })
  const shown = line ?? summary
  const change_ = change(shown.future_total, shown.past_total)
  return (
    <>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <Card
          title={
            line
              ? line.name
              : summary.series_count > 1
                ? `All ${count(summary.series_count)} series together`
                : "Past and forecast"
          }
          actions={
            line && (
              <Button size="sm" onClick={() => look(undefined)}>
                Show all together
              </Button>
            )
          }
        >
          <Facts
            className="mb-3"
            items={[
              [
                `Next ${periods(summary.horizon ?? shown.future.length, summary.frequency)}`,
                <span key="next" className="num font-medium">
                  {amount(shown.future_total)}
                </span>,
              ],
              [
                "As many before",
                <span key="before" className="num">
                  {amount(shown.past_total)}
                </span>,
              ],
              ["Change", change_ ?? "–"],
              ...(line
                ? ([["Method", line.method ? methodWord(line.method) : "–"]] as [string, string][])
                : ([["Past", `${summary.history_from ?? "–"} to ${summary.history_to ?? "–"}`]] as [string, string][])),
            ]}
          />
          <SeriesChart name={line?.name ?? forecast.name} points={shown} coverage={summary.coverage} />
        </Card>
        <div className="flex flex-col gap-4">
          <BackTestCard backTest={summary.back_test} />
          {summary.demand && <DemandCard demand={summary.demand} coverage={summary.coverage} />}
        </div>
      </div>
      {summary.series_count > 1 && <SeriesTable forecast={forecast} summary={summary} chosen={chosen} onLook={look} />}
    </>
  )
}

/** When service is most wanted, and what is enough for it. */
function DemandCard({ demand, coverage }: { demand: NonNullable<Summary["demand"]>; coverage: number }) {
  const most = Math.max(...demand.usual.map(({ value }) => value ?? 0), 0)
  return (
    <Card title="When it is busiest">
      <Facts
        items={[
          ["Busiest", demand.busiest ? `${demand.busiest.period}: ${amount(demand.busiest.value)}` : "–"],
          [`Enough ${percent(coverage)} of the time`, amount(demand.capacity_hint)],
          ...(demand.capacity === null
            ? []
            : ([
                ["Capacity", amount(demand.capacity)],
                ["Periods over it", demand.periods_over_capacity === null ? "–" : count(demand.periods_over_capacity)],
              ] as [string, string][])),
        ]}
      />
      {demand.usual.length > 0 && (
        <ul aria-label="Usual demand" className="mt-3 flex flex-col gap-1">
          {demand.usual.map(({ period, value }) => (
            <li key={period} className="flex items-center gap-2 text-xs">
              <span className="w-20 shrink-0 truncate text-ink-2">{period}</span>
              <span aria-hidden className="h-2 flex-1 overflow-hidden rounded-full bg-line">
                <span
                  className="block h-full rounded-full bg-accent/75"
                  style={{ width: `${most ? ((value ?? 0) / most) * 100 : 0}%` }}
                />
              </span>
              <span className="num w-14 text-right text-ink-3">{amount(value)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
