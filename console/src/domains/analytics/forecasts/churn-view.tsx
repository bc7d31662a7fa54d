import { useQuery } from "@tanstack/react-query"
import { Card, Facts } from "@/ui/basics"
import type { Column } from "@/ui/data-table"
import { count, duration, percent } from "@/ui/format"
import { Money } from "@/ui/when"
import { ChurnValidation } from "./churn-validation"
import { Lines, LookAt } from "./lines"
import { type Forecast, type SeriesLine, type Summary, seriesQuery } from "./queries"
import { forecastRoute } from "./routes"
import { amount } from "./words"

const DAY_SECONDS = 86_400

/** Which customers are likely to leave, what those who stay are worth, and how well that was foreseen. */
export function ChurnView({ forecast, summary }: { forecast: Forecast; summary: Summary }) {
  const { series } = forecastRoute.useSearch()
  const navigate = forecastRoute.useNavigate()
  const look = (next: number) =>
    void navigate({ search: (before) => ({ ...before, series: next }), replace: true, resetScroll: false })
  const one = useQuery({ ...seriesQuery(forecast.id, series ?? 0), enabled: series !== undefined })
  const reasons = series === undefined ? undefined : one.data?.customer?.reasons
  const all = summary.churn
  if (!all) return null
  const within = all.horizon_days > 0 ? ` in ${duration(all.horizon_days * DAY_SECONDS)}` : ""
  const bought = all.expected_purchases !== null
  return (
    <>
      <Card>
        <Facts
          items={[
            ["Customers", count(all.customers)],
            [
              "Likely to leave",
              <span key="gone" className="num">
                {amount(all.expected_gone)}{" "}
                <span className="text-xs text-ink-3">{percent(all.expected_gone / Math.max(1, all.customers), 1)}</span>
              </span>,
            ],
            ...(bought
              ? ([
                  [`Not seen${within}`, amount(all.expected_inactive)],
                  [`Purchases${within}`, amount(all.expected_purchases)],
                  [`Worth${within}`, <Money key="value" value={all.expected_value} />],
                  ["Worth in ten years, today", <Money key="lifetime" value={all.lifetime_value} />],
                ] as [string, React.ReactNode][])
              : []),
          ]}
        />
      </Card>
      <ChurnValidation churn={all} />
      <Lines
        forecast={forecast}
        label="Customers at risk"
        columns={columns(bought, within, look)}
        chosen={series}
        onLook={look}
      />
      {reasons && (
        <Card title={`Why ${one.data?.name}`}>
          <ul className="flex list-disc flex-col gap-1 pl-5 text-[13px] text-ink-2">
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}

const columns = (bought: boolean, within: string, onLook: (series: number) => void): Column<SeriesLine>[] => [
  { id: "name", header: "Customer", cell: (line) => <LookAt line={line} onLook={onLook} /> },
  {
    id: "gone",
    header: "Has left, or will",
    cell: (line) =>
      line.customer && (
        <span className="inline-flex items-center gap-2">
          <span aria-hidden className="h-1.5 w-20 overflow-hidden rounded-full bg-line">
            <span
              className="block h-full rounded-full bg-accent/75"
              style={{ width: `${line.customer.gone * 100}%` }}
            />
          </span>
          <span className="num w-10 text-right">{percent(line.customer.gone)}</span>
        </span>
      ),
  },
  ...(bought
    ? ([
        {
          id: "inactive",
          header: `Not seen${within}`,
          align: "right",
          wide: true,
          cell: (line) => <span className="num">{part(line.customer?.inactive)}</span>,
        },
        {
          id: "purchases",
          header: "Purchases, last",
          align: "right",
          wide: true,
          cell: (line) => (
            <span className="num">
              {amount(line.customer?.purchases)} <span className="text-ink-3">{line.customer?.last_on ?? ""}</span>
            </span>
          ),
        },
        {
          id: "expected",
          header: `Expected${within}`,
          align: "right",
          wide: true,
          cell: (line) => <span className="num">{amount(line.customer?.expected_purchases)}</span>,
        },
        {
          id: "value",
          header: "Expected value",
          align: "right",
          cell: (line) => <Money value={line.customer?.expected_value} />,
        },
      ] satisfies Column<SeriesLine>[])
    : []),
  {
    id: "why",
    header: "Why",
    wide: true,
    cell: (line) => (
      <span className="block max-w-96 truncate text-ink-2" title={line.customer?.reasons.join(" ")}>
        {line.customer?.reasons.join(" ")}
      </span>
    ),
  },
]

const part = (value: number | null | undefined) => (value === null || value === undefined ? "–" : percent(value))
