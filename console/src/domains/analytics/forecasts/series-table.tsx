import { Badge } from "@/ui/basics"
import { Sparkline } from "@/ui/chart"
import type { Column } from "@/ui/data-table"
import { words } from "@/ui/format"
import { Lines, LookAt } from "./lines"
import type { Forecast, SeriesLine, Summary } from "./queries"
import { amount, change, methodWord, periods } from "./words"

const PAST_DRAWN = 60

/** Every series of a forecast of amounts. */
export function SeriesTable({
  forecast,
  summary,
  chosen,
  onLook,
}: {
  forecast: Forecast
  summary: Summary
  chosen: number | undefined
  onLook: (series: number | undefined) => void
}) {
  const columns: Column<SeriesLine>[] = [
    { id: "name", header: "Series", cell: (line) => <LookAt line={line} onLook={onLook} /> },
    ...(summary.levels.length
      ? [
          {
            id: "level",
            header: "Level",
            wide: true,
            cell: (line: SeriesLine) =>
              line.level === null ? "–" : <Badge>{words(summary.levels[line.level] ?? String(line.level))}</Badge>,
          },
        ]
      : []),
    {
      id: "drawn",
      header: "Past and forecast",
      wide: true,
      cell: (line) => (
        <Sparkline
          className="h-6 w-36"
          values={[...line.past.slice(-PAST_DRAWN), ...line.future].map(({ value }) => value)}
        />
      ),
    },
    {
      id: "future",
      header: `Next ${periods(summary.horizon ?? 0, summary.frequency)}`,
      align: "right",
      cell: (line) => <span className="num">{amount(line.future_total)}</span>,
    },
    {
      id: "change",
      header: "Change",
      align: "right",
      cell: (line) => <span className="num text-ink-2">{change(line.future_total, line.past_total) ?? "–"}</span>,
    },
    {
      id: "mase",
      header: "Error (MASE), naive",
      align: "right",
      wide: true,
      cell: (line) => (
        <span className="num">
          {line.mase?.toFixed(2) ?? "–"}{" "}
          <span className="text-xs text-ink-3">{line.naive_mase?.toFixed(2) ?? "–"}</span>
        </span>
      ),
    },
    {
      id: "method",
      header: "Method",
      wide: true,
      cell: (line) => <span className="text-ink-2">{line.method ? methodWord(line.method) : "–"}</span>,
    },
  ]
  return <Lines forecast={forecast} label="Series" columns={columns} chosen={chosen} onLook={onLook} />
}
