import type { Schema } from "@/api/client"
import { Card } from "@/ui/basics"
import { Chart, type ChartData } from "@/ui/chart"
import { Select } from "@/ui/field"
import { dayText } from "../terms/days"
import { Explained, Nothing } from "./parts"
import { COHORTS, MEASURES, type PortfolioSearch } from "./search"
import { VintageTable } from "./vintage-table"
import { cohortName, shareText } from "./words"

const MEASURE_NAMES: Record<Schema["Measure"], string> = {
  par30: "30 days past due or more",
  par90: "90 days past due or more",
  charged_off: "Charged off so far",
}
const COHORT_NAMES = { quarter: "By quarter", month: "By month" }
const CURVES_MAX = 8
const FAINTEST = 0.25

/** How loans of one time age: a curve for each cohort, and the same as a table. */
export function VintagesCard({
  vintages,
  onChange,
}: {
  vintages: Schema["VintageView"]
  onChange: (change: Partial<PortfolioSearch>) => void
}) {
  const curves = vintages.curves.filter((curve) => curve.count > 0)
  return (
    <Card
      title={
        <Explained term="Vintages">
          Loans paid out in the same time, followed by months on the books: the share of what was paid out that is late
          or lost.
        </Explained>
      }
      actions={
        <>
          <Select
            aria-label="Measure"
            className="w-60"
            value={vintages.measure}
            onChange={(event) => onChange({ measure: MEASURES.find((each) => each === event.target.value) })}
          >
            {MEASURES.map((each) => (
              <option key={each} value={each}>
                {MEASURE_NAMES[each]}
              </option>
            ))}
          </Select>
          <Select
            aria-label="Cohorts"
            className="w-32"
            value={vintages.by}
            onChange={(event) => onChange({ by: COHORTS.find((each) => each === event.target.value) })}
          >
            {COHORTS.map((each) => (
              <option key={each} value={each}>
                {COHORT_NAMES[each]}
              </option>
            ))}
          </Select>
        </>
      }
    >
      {curves.length === 0 || !vintages.last_month ? (
        <Nothing>The first end of a month after a loan is paid out begins the first curve.</Nothing>
      ) : (
        <>
          <Chart data={chartOf(vintages, curves)} className="h-60" toggle={false} />
          <p className="mt-1 mb-3 text-xs text-ink-3">
            {curves.length > CURVES_MAX ? `The last ${CURVES_MAX} cohorts; the ` : "The "}newest stand out. Curves end
            where not every loan of a cohort has come yet; the table below has all cohorts, up to{" "}
            {dayText(vintages.last_month)}.
          </p>
          <VintageTable vintages={vintages} curves={curves} />
        </>
      )}
    </Card>
  )
}

function chartOf(vintages: Schema["VintageView"], all: Schema["VintageCurve"][]): ChartData {
  const curves = all.slice(-CURVES_MAX)
  const months = Math.max(...curves.map((curve) => curve.cells.filter((cell) => cell.mature).length), 1)
  return {
    label: `${MEASURE_NAMES[vintages.measure]} by cohort and months on the books`,
    kind: "line",
    axis: "Months",
    points: Array.from({ length: months }, (_, month) => `${month}`),
    format: (value) => shareText(value),
    series: curves.map((curve, at) => ({
      name: cohortName(curve.begins, vintages.by),
      colour: "accent",
      strength: FAINTEST + ((1 - FAINTEST) * (at + 1)) / curves.length,
      values: Array.from({ length: months }, (_, month) => {
        const cell = curve.cells[month]
        return cell?.mature ? cell.share : null
      }),
    })),
  }
}
