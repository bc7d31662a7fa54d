import { useQuery } from "@tanstack/react-query"
import { Download, Hourglass } from "lucide-react"
import { query } from "@/api/client"
import { Card, Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { count, percent, words } from "@/ui/format"
import { Page } from "@/ui/page"
import { Empty, Failed, Loading } from "@/ui/states"
import { Calibration } from "./calibration"
import { FairnessCard } from "./fairness-card"
import { Outcomes } from "./outcomes"
import { ProfitCard } from "./profit-card"
import type { Report } from "./report"
import { replayRoute } from "./routes"

const REFRESH_MILLISECONDS = 3_000

/** The report of one replay: what was decided, how right and how sure, what it would have earned, whom it favoured. */
export function ReplayPage() {
  const { replayId } = replayRoute.useParams()
  const replay = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/replays/{replay_id}",
      { params: { path: { replay_id: replayId } } },
      {
        refetchInterval: ({ state }) => (state.data && state.data.state !== "done" ? REFRESH_MILLISECONDS : false),
      },
    ),
  )
  if (replay.error && !replay.data)
    return (
      <Page title="Replay">
        <Failed error={replay.error} retry={() => void replay.refetch()} />
      </Page>
    )
  if (!replay.data)
    return (
      <Page title="Replay">
        <Loading />
      </Page>
    )
  const report = replay.data.report as Report | null
  return (
    <Page
      title={replay.data.name}
      lead={`Replayed in the sandbox ${replay.data.organization}`}
      actions={
        report && (
          <Button
            onClick={() =>
              download(`${replay.data!.name}.report.json`, JSON.stringify(report, null, 2), "application/json")
            }
          >
            <Download /> Report as JSON
          </Button>
        )
      }
    >
      {report ? (
        <ReportView report={report} />
      ) : (
        <Empty
          icon={<Hourglass />}
          title={`${words(replay.data.state)}: ${count(replay.data.rows_done)} of ${count(replay.data.rows_total)} rows`}
        >
          The report appears here when the replay has ended. One that was interrupted goes on where it stopped when it
          is started again.
        </Empty>
      )}
    </Page>
  )
}

const share = (value: number | null, digits = 1) => (value === null ? "–" : percent(value, digits))
const score = (value: number | null) => (value === null ? "–" : value.toFixed(3))

function ReportView({ report }: { report: Report }) {
  const fired = report.rules.filter((rule) => rule.fired > 0 || !rule.applies)
  return (
    <>
      <Card>
        <Facts
          items={[
            ["Rows in the table", count(report.rows_in_file)],
            ["Trained on", count(report.rows_trained_on)],
            ["Decided", count(report.rows_decided)],
            ["Set aside", count(report.rows_quarantined)],
            ["Without a person", share(report.automatic_share)],
            [
              "AUC",
              report.auc_interval
                ? `${score(report.auc)} (${score(report.auc_interval[0])} to ${score(report.auc_interval[1])})`
                : score(report.auc),
            ],
            [
              "Brier score",
              `${score(report.brier)}${report.brier_of_base_rate === null ? "" : ` (base rate ${score(report.brier_of_base_rate)})`}`,
            ],
            ["Conformal coverage", `${share(report.coverage)} (${share(report.coverage_target)} wanted)`],
          ]}
        />
      </Card>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Outcomes report={report} />
        <ProfitCard profit={report.profit} />
        <Calibration bins={report.calibration} />
        <FairnessCard fairness={report.fairness} />
      </div>
      {fired.length > 0 && (
        <Card title="Rules">
          <ul className="flex flex-col gap-1.5 text-[13px]">
            {fired.map((rule) => (
              <li key={rule.name} className="flex flex-wrap justify-between gap-x-4">
                <span>
                  <span className="mono">{rule.name}</span> <span className="text-ink-3">{rule.reason}</span>
                </span>
                <span className="num text-ink-2">
                  {rule.applies ? `fired ${count(rule.fired)} times` : `not applied: ${rule.why_not}`}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {report.notices.length > 0 && (
        <Card title="What to know when reading this">
          <ul className="flex flex-col gap-2">
            {report.notices.map((notice) => (
              <li key={notice}>
                <Notice>{notice}</Notice>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {report.quarantine.first.length > 0 && (
        <Card title={`Rows set aside (first ${report.quarantine.first.length})`}>
          <ul className="flex flex-col gap-1 text-[13px]">
            {report.quarantine.first.map((row) => (
              <li key={row.row}>
                Row {count(row.row)}: {row.reason}
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}
