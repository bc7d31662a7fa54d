import { Card } from "@/ui/basics"
import { Chart } from "@/ui/chart"
import { count, percent } from "@/ui/format"
import { ClassPictures } from "./class-pictures"
import { ForecastPictures } from "./forecast-pictures"
import { NumberPictures } from "./number-pictures"
import type { Version } from "./queries"
import { readReport } from "./report"
import { GroupsFound, Strangest } from "./unlabelled-pictures"

/** What was measured, as charts: promised beside what came, and what only this kind of model has. */
export default function Pictures({ version }: { version: Version }) {
  const report = readReport(version.report)
  const { details } = report
  return (
    <>
      {report.calibration.length > 1 && <Calibration version={version} />}
      {details.confusion && details.classes && <ClassPictures details={details} />}
      {details.residual_quantiles && <NumberPictures details={details} target={version.spec.target} />}
      {details.clusters && <GroupsFound details={details} />}
      {details.strangest && <Strangest details={details} />}
      {details.back_test && <ForecastPictures details={details} wanted={report.coverage_wanted} />}
    </>
  )
}

function Calibration({ version }: { version: Version }) {
  const { calibration, coverage_measured, coverage_wanted, task } = {
    ...readReport(version.report),
    task: version.spec.task,
  }
  const isShare = task === "classification"
  const cases = calibration.reduce((sum, point) => sum + point.count, 0)
  const gap =
    calibration.reduce((sum, point) => sum + Math.abs(point.predicted - point.observed) * point.count, 0) / cases
  const show = (value: number) =>
    isShare ? percent(value) : value.toLocaleString(undefined, { maximumSignificantDigits: 4 })
  return (
    <Card title={isShare ? "Promised and observed" : "Predicted and actual"}>
      <Chart
        className="h-56"
        data={{
          label: isShare
            ? "Promised probability beside the share that came true, in bands of the promise"
            : "Predicted beside actual mean, in bands of the prediction",
          kind: "line",
          axis: isShare ? "Promised" : "Predicted",
          points: calibration.map((point) => show(point.predicted)),
          series: [
            {
              name: isShare ? "Promised" : "Predicted",
              colour: "abstain-fill",
              values: calibration.map((point) => point.predicted),
            },
            {
              name: isShare ? "Observed" : "Actual",
              colour: "accent",
              values: calibration.map((point) => point.observed),
            },
          ],
          format: show,
        }}
      />
      <p className="text-[13px] text-ink-2">
        {isShare
          ? `What came true differs from what was promised by ${percent(gap, 1)} on average, over ${count(cases)} cases it never saw. `
          : `Predictions lie ${show(gap)} beside the actual mean of their band on average, over ${count(cases)} cases it never saw. `}
        {coverage_wanted !== null &&
          coverage_measured !== null &&
          `Its ranges and sets are meant to hold the truth in ${percent(coverage_wanted)} of cases; they held it in ${percent(coverage_measured, 1)}.`}
      </p>
    </Card>
  )
}
