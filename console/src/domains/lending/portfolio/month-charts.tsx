import type { Schema } from "@/api/client"
import { Card } from "@/ui/basics"
import { Chart, type ChartData } from "@/ui/chart"
import { Explained, Nothing } from "./parts"
import { monthName, shareText, shortMoney, sinceFirst } from "./words"

type Months = Schema["PortfolioMonths"]
type Month = Months["months"][number]

const number = (value: string | null) => (value === null ? null : Number(value))

/** What was paid out and what came back, by month. */
export function VolumeCard({ of }: { of: Months }) {
  const months = sinceFirst(of.months, (month) => Number(month.disbursed) > 0 || Number(month.repaid) > 0)
  return (
    <Card
      className="h-full"
      title={<Explained term="Volume">Paid out to borrowers and repaid by them in each month.</Explained>}
    >
      {months.length === 0 ? (
        <Nothing>Nothing was lent or repaid in these months.</Nothing>
      ) : (
        <Chart
          data={money(of.currency, "Lent and repaid by month", months, [
            ["Lent", "accent", (month) => month.disbursed],
            ["Repaid", "approve-fill", (month) => month.repaid],
          ])}
        />
      )}
    </Card>
  )
}

/** What was given up and what came back of it, by month. */
export function LossesCard({ of }: { of: Months }) {
  const months = sinceFirst(of.months, (month) => Number(month.disbursed) > 0 || losses(month) > 0)
  const lost = months.some((month) => losses(month) > 0)
  return (
    <Card
      className="h-full"
      title={
        <Explained term="Losses">
          Charged off: no longer counted as an asset, still claimed. Written off: given up. Recovered: paid after a
          charge-off.
        </Explained>
      }
    >
      {lost ? (
        <Chart
          className="h-52"
          data={money(of.currency, "Losses and recoveries by month", months, [
            ["Charged off", "review-fill", (month) => month.charged_off],
            ["Written off", "decline-fill", (month) => month.written_off],
            ["Recovered", "approve-fill", (month) => month.recovered],
          ])}
        />
      ) : (
        <Nothing>Nothing was charged off or written off in these months.</Nothing>
      )}
    </Card>
  )
}

/** Portfolio at risk at the ends of months. */
export function AtRiskCard({ of }: { of: Months }) {
  const months = sinceFirst(of.months, (month) => month.at_risk.some((each) => each.share !== null))
  const share = (month: Month, days: number) => month.at_risk.find((each) => each.days === days)?.share ?? null
  const data: ChartData = {
    label: "Portfolio at risk at the ends of months",
    kind: "line",
    points: months.map((month) => monthName(month.begins)),
    format: (value) => shareText(value),
    series: [
      ["PAR 30", "review-fill", 30] as const,
      ["PAR 60", "info-fill", 60] as const,
      ["PAR 90", "decline-fill", 90] as const,
    ].map(([name, colour, days]) => ({ name, colour, values: months.map((month) => share(month, days)) })),
  }
  return (
    <Card
      className="h-full"
      title={
        <Explained term="At risk over time">
          Share of principal outstanding in loans 30, 60 and 90 or more days past due at the end of each month.
        </Explained>
      }
    >
      {months.length < 2 ? (
        <Nothing>Fewer than two ends of months are in the books.</Nothing>
      ) : (
        <Chart className="h-52" data={data} />
      )}
    </Card>
  )
}

const losses = (month: Month) => Number(month.charged_off) + Number(month.written_off) + Number(month.recovered)

const money = (
  currency: string,
  label: string,
  months: Month[],
  series: [string, string, (month: Month) => string | null][],
): ChartData => ({
  label,
  kind: "bars",
  points: months.map((month) => monthName(month.begins)),
  format: (value) => shortMoney(value, currency),
  series: series.map(([name, colour, pick]) => ({
    name,
    colour,
    values: months.map((month) => number(pick(month))),
  })),
})
