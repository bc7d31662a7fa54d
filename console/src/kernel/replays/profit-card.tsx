import { Card } from "@/ui/basics"
import { Chart } from "@/ui/chart"
import { count } from "@/ui/format"
import type { Report } from "./report"

const POLICIES = [
  ["decisions", "Decided"],
  ["decisions_with_asked_as_proposed", "With asked cases as proposed"],
  ["plain_cutoff", "Plain cut-off"],
  ["approve_all", "Approve all"],
  ["reject_all", "Reject all"],
] as const

/** What the decisions would have earned beside three plain policies on the same rows. */
export function ProfitCard({ profit }: { profit: Report["profit"] }) {
  if (!profit || !("decisions" in profit))
    return (
      <Card title="Profit">
        <p className="text-[13px] text-ink-3">
          No outcome of a decided row is known, so nothing can be said about profit.
        </p>
      </Card>
    )
  const { gain, loss, assumed } = profit.cost_matrix
  return (
    <Card title="Profit beside plain policies">
      <Chart
        data={{
          label: "Profit by policy",
          kind: "bars",
          points: POLICIES.map(([, name]) => name),
          series: [{ name: "Profit", colour: "accent", values: POLICIES.map(([key]) => profit[key]) }],
          format: count,
        }}
      />
      <p className="text-xs text-ink-3">
        {profit.unit === "amount" ? "In money lent" : "Every application counts as one unit"}; a repaid unit gains{" "}
        {gain}, a defaulted one loses {loss}
        {assumed && " (assumed)"}.
      </p>
    </Card>
  )
}
