import { Link } from "@tanstack/react-router"
import { Download } from "lucide-react"
import { Card, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { count, duration } from "@/ui/format"
import { SetAside } from "@/ui/set-aside"
import type { Progress } from "./batch"

const LABELS_SHOWN = 6

/** What became of a batch: the counts, what could not be used, and the answers as a table. */
export function BatchResult({
  modelId,
  name,
  progress,
  onAgain,
}: {
  modelId: string
  name: string
  progress: Progress
  onAgain: () => void
}) {
  const summary = progress.summary!
  const labels = Object.entries(progress.labels).toSorted(([, one], [, other]) => other - one)
  const stem = name.replace(/\.[^.]*$/, "")
  return (
    <Card title={`${count(summary.predicted)} of ${count(summary.rows)} rows predicted`} className="max-w-3xl">
      <div className="flex flex-col gap-4" role="status">
        <Facts
          items={[
            ["Rows", count(summary.rows)],
            ["Predicted", count(summary.predicted)],
            ["Could not be used", count(summary.failed)],
            ...(summary.replayed > 0 ? ([["Answered before", count(summary.replayed)]] as [string, string][]) : []),
            ["Took", summary.seconds < 1 ? "under a second" : duration(summary.seconds)],
            ...labels.slice(0, LABELS_SHOWN).map(([label, number]) => [label, count(number)] as [string, string]),
          ]}
        />
        {summary.ignored_fields.length > 0 && (
          <p className="text-[13px] text-ink-3">
            Columns that the model does not use: {summary.ignored_fields.join(", ")}.
          </p>
        )}
        {progress.problems.length > 0 && (
          <SetAside problems={progress.problems} leftOut={Math.max(0, progress.failed - progress.problems.length)} />
        )}
        <div className="flex flex-wrap gap-2">
          <Button
            variant="solid"
            onClick={() => download(`${stem}-predictions.csv`, new Blob(progress.table), "text/csv")}
          >
            <Download /> Download the answers
          </Button>
          <Button asChild>
            <Link to="/models/$modelId" params={{ modelId }} search={{ tab: "predictions", batch: summary.batch_id }}>
              See them in the history
            </Link>
          </Button>
          <Button variant="ghost" onClick={onAgain}>
            Predict another
          </Button>
        </div>
      </div>
    </Card>
  )
}
