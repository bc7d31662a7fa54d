import { useMutation } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { BadgeCheck, Download, FileText, RefreshCcw } from "lucide-react"
import { api, once } from "@/api/client"
import { useCan } from "@/app/session"
import { Card, Copy, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { count, duration } from "@/ui/format"
import { toast, toastError } from "@/ui/toast"
import { MODELS, type Model, type Version } from "./queries"
import { readReport } from "./report"

/** Where a version comes from, how to make it again, and its files. */
export function LineageCard({ model, version }: { model: Model; version: Version }) {
  const can = useCan()
  const report = readReport(version.report)
  const path = { model_id: model.id, number: version.number }
  const manages = can("ai_analytics:manage")
  const card = useMutation({
    mutationFn: async () => {
      const { data } = await api.GET(`${MODELS}/{model_id}/versions/{number}/card`, {
        params: { path, query: { format: "html" } },
        parseAs: "text",
      })
      download(`model-card-${version.number}.html`, String(data), "text/html")
    },
    onError: (error) => toastError(error),
  })
  const artifact = useMutation({
    mutationFn: async () => {
      const { data } = await api.GET(`${MODELS}/{model_id}/versions/{number}/artifact`, {
        params: { path },
        parseAs: "blob",
      })
      download(`model-${model.id}-${version.number}.intendant`, data as Blob, "application/octet-stream")
    },
    onError: (error) => toastError(error),
  })
  const again = useMutation({
    mutationFn: () =>
      api.POST(`${MODELS}/{model_id}/versions/{number}/reproduce`, { params: { path, header: once() } }),
    onSuccess: () => toast("It is being trained again; the task says whether the bytes are the same"),
    onError: (error) => toastError(error),
  })
  return (
    <Card title="Where it comes from">
      <Facts
        className="grid-cols-2!"
        items={[
          ["Rows", `${count(report.rows_used)} of ${count(report.rows_read)}`],
          ["Held back", count(report.rows_validation)],
          ["Seed", String(version.seed)],
          ["Took", duration(report.seconds)],
          [
            "Signature",
            version.signed ? (
              <span key="s" className="inline-flex items-center gap-1">
                <BadgeCheck aria-hidden className="size-3.5 text-accent" /> holds
              </span>
            ) : (
              "does not hold"
            ),
          ],
          [
            "Task",
            version.task_id ? (
              <Link key="t" to="/tasks" search={{ peek: version.task_id }} className="text-accent hover:underline">
                Show the task
              </Link>
            ) : (
              "taken in"
            ),
          ],
          ["Data", <Copy key="d" text={version.data_digest} label="Copy the data's digest" />],
          ["Artifact", <Copy key="a" text={version.digest} label="Copy the artifact's digest" />],
        ]}
      />
      <p className="mt-3 text-xs text-ink-3">
        The same rows and seed give the same bytes with{" "}
        {Object.entries(version.library_versions)
          .map(([name, number]) => `${name} ${number}`)
          .join(", ")}
        .{version.mlflow_run && ` Told to MLflow as run ${version.mlflow_run}.`}
        {version.mlflow_error && ` MLflow could not be told: ${version.mlflow_error}`}
      </p>
      <div className="mt-3 flex flex-wrap gap-1.5">
        <Button size="sm" busy={card.isPending} onClick={() => card.mutate()}>
          <FileText /> Model card
        </Button>
        {manages && (
          <>
            <Button size="sm" busy={artifact.isPending} onClick={() => artifact.mutate()}>
              <Download /> Artifact
            </Button>
            <Button size="sm" busy={again.isPending} onClick={() => again.mutate()}>
              <RefreshCcw /> Reproduce
            </Button>
          </>
        )}
      </div>
    </Card>
  )
}
