import type { Schema } from "@/api/client"
import { Chart, type ChartData } from "@/ui/chart"
import { VERDICT_KINDS, verdictLabel } from "@/ui/verdict"
import { bucketName } from "./period"

const COLOURS = { act: "approve-fill", ask: "review-fill", refuse: "decline-fill", observe: "abstain-fill" }

/** Decisions over business time, stacked by verdict. */
export function DecisionsChart({ metrics, timeZone }: { metrics: Schema["MetricsView"]; timeZone: string }) {
  const data: ChartData = {
    label: "Decisions over business time by verdict",
    kind: "stacked",
    points: metrics.decisions.map((bucket) => bucketName(bucket.at, metrics.period, timeZone)),
    series: VERDICT_KINDS.map((verdict) => ({
      name: verdictLabel(verdict),
      colour: COLOURS[verdict],
      values: metrics.decisions.map((bucket) => bucket[verdict]),
    })),
  }
  return <Chart data={data} />
}
