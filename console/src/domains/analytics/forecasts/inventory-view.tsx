import { useQuery } from "@tanstack/react-query"
import { Card, Facts } from "@/ui/basics"
import type { Column } from "@/ui/data-table"
import { count, percent } from "@/ui/format"
import { Money } from "@/ui/when"
import { BackTestCard } from "./back-test-card"
import { Lines, LookAt } from "./lines"
import { type Forecast, type SeriesLine, type Summary, seriesQuery } from "./queries"
import { forecastRoute } from "./routes"
import { SeriesChart } from "./series-chart"
import { amount } from "./words"

const RISKY = 0.1

/** What to order of each item, why, and what is to be expected of it. */
export function InventoryView({ forecast, summary }: { forecast: Forecast; summary: Summary }) {
  const { series: chosen = forecast.series.items[0]?.number } = forecastRoute.useSearch()
  const navigate = forecastRoute.useNavigate()
  const one = useQuery({ ...seriesQuery(forecast.id, chosen ?? 0), enabled: chosen !== undefined })
  const look = (series: number) =>
    void navigate({ search: (before) => ({ ...before, series }), replace: true, resetScroll: false })
  const all = summary.inventory
  return (
    <>
      {all && (
        <Card>
          <Facts
            items={[
              ["Items to order", `${count(all.items_to_order)} of ${count(all.items)}`],
              [
                "Units to order",
                <span key="units" className="num">
                  {amount(all.units_to_order)}
                </span>,
              ],
              ["Worth", <Money key="worth" value={all.order_value} />],
              ["Items that may run short", count(all.items_at_risk)],
              [
                "Units missing after all",
                <span key="short" className="num">
                  {amount(all.expected_shortage)}
                </span>,
              ],
              ["Expected cost", <Money key="cost" value={all.expected_cost} />],
            ]}
          />
        </Card>
      )}
      <Lines forecast={forecast} label="Items" columns={columns(look)} chosen={chosen} onLook={look} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        {one.data && <Item line={one.data} coverage={summary.coverage} />}
        <BackTestCard backTest={summary.back_test} />
      </div>
    </>
  )
}

/** One item: why it is ordered, and the demand that is expected. */
function Item({ line, coverage }: { line: SeriesLine; coverage: number }) {
  const stock = line.inventory
  return (
    <Card title={line.name}>
      {stock && (
        <>
          <ul className="mb-3 flex list-disc flex-col gap-1 pl-5 text-[13px] text-ink-2">
            {stock.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
          <Facts
            className="mb-3"
            items={[
              ["Order when below", amount(stock.reorder_point)],
              ["Safety stock", amount(stock.safety_stock)],
              ["Expected demand", amount(stock.expected_demand)],
              ["Lead time, periods", count(stock.lead_time)],
              ["Enough in", percent(stock.critical_ratio, 1)],
              ["Expected cost", <Money key="cost" value={stock.expected_cost} />],
            ]}
          />
        </>
      )}
      <SeriesChart name={line.name} points={line} coverage={coverage} />
    </Card>
  )
}

const columns = (onLook: (series: number) => void): Column<SeriesLine>[] => [
  { id: "name", header: "Item", cell: (line) => <LookAt line={line} onLook={onLook} /> },
  {
    id: "order",
    header: "Order",
    align: "right",
    cell: (line) => <span className="num font-semibold">{amount(line.inventory?.order)}</span>,
  },
  {
    id: "up_to",
    header: "Up to",
    align: "right",
    wide: true,
    cell: (line) => <span className="num">{amount(line.inventory?.order_up_to)}</span>,
  },
  {
    id: "there",
    header: "In stock, on order",
    align: "right",
    wide: true,
    cell: (line) => (
      <span className="num">
        {amount(line.inventory?.on_hand)} <span className="text-ink-3">+ {amount(line.inventory?.on_order)}</span>
      </span>
    ),
  },
  {
    id: "short",
    header: "Runs short: now, after",
    align: "right",
    cell: (line) =>
      line.inventory && (
        <span className="num">
          <span className={line.inventory.stock_out_now > RISKY ? "text-review" : undefined}>
            {percent(line.inventory.stock_out_now)}
          </span>{" "}
          <span className="text-ink-3">→ {percent(line.inventory.stock_out_after)}</span>
        </span>
      ),
  },
  {
    id: "worth",
    header: "Worth",
    align: "right",
    wide: true,
    cell: (line) => <Money value={line.inventory?.order_value} />,
  },
  {
    id: "why",
    header: "Why",
    wide: true,
    cell: (line) => (
      <span className="block max-w-80 truncate text-ink-2" title={line.inventory?.reasons.join(" ")}>
        {line.inventory?.reasons[0]}
      </span>
    ),
  },
]
