import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Download, Ellipsis, Pencil, RefreshCw, Trash2 } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { download } from "@/ui/download"
import { count } from "@/ui/format"
import { Menu, type MenuItem } from "@/ui/menu"
import { toast, toastError } from "@/ui/toast"
import { DescribeDialog } from "./describe-dialog"
import { aboutDatasets, DATASETS, type Dataset } from "./queries"
import { datasetRoute } from "./routes"

/** What can be done with a dataset: read it again, export, rename, remove. */
export function DatasetActions({ dataset }: { dataset: Dataset }) {
  const can = useCan()
  const client = useQueryClient()
  const navigate = datasetRoute.useNavigate()
  const [dialog, setDialog] = useState<"describe" | "remove" | null>(null)
  const path = { dataset_id: dataset.dataset_id }
  const refresh = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST(`${DATASETS}/{dataset_id}/refresh`, { params: { path, header: once() } })
      return data!
    },
    onSuccess: (after) => {
      toast(`“${after.name}” was read again`, {
        detail:
          after.digest === dataset.digest
            ? "Its rows are as they were."
            : `${count(after.row_count)} rows; it had ${count(dataset.row_count)}.`,
      })
      void client.invalidateQueries({ predicate: aboutDatasets })
    },
    onError: (error) => toastError(error),
  })
  const save = useMutation({
    mutationFn: async () => {
      const { data } = await api.GET(`${DATASETS}/{dataset_id}/export`, { params: { path }, parseAs: "blob" })
      download(`${dataset.name}.csv`, data as Blob, "text/csv")
    },
    onError: (error) => toastError(error),
  })
  const items: (MenuItem | null)[] = [
    { label: "Export as CSV", icon: <Download />, run: () => save.mutate() },
    ...(can("ai_analytics:update")
      ? [{ label: "Rename or describe…", icon: <Pencil />, run: () => setDialog("describe") }]
      : []),
    ...(can("ai_analytics:manage")
      ? [null, { label: "Remove…", icon: <Trash2 />, run: () => setDialog("remove"), danger: true }]
      : []),
  ]
  const models = dataset.models
  return (
    <>
      {can("ai_analytics:update") && dataset.origin !== "upload" && (
        <Button onClick={() => refresh.mutate()} busy={refresh.isPending}>
          {!refresh.isPending && <RefreshCw aria-hidden />} Refresh
        </Button>
      )}
      <Menu
        label="More"
        items={items}
        trigger={
          <Button size="icon" aria-label="More" busy={save.isPending}>
            <Ellipsis />
          </Button>
        }
      />
      {dialog === "describe" && <DescribeDialog dataset={dataset} onClose={() => setDialog(null)} />}
      {dialog === "remove" && (
        <Confirm
          open
          danger
          title={`Remove “${dataset.name}”?`}
          confirm="Remove the dataset"
          onClose={() => setDialog(null)}
          onConfirm={async () => {
            await api.DELETE(`${DATASETS}/{dataset_id}`, { params: { path } })
            toast(`“${dataset.name}” was removed`)
            await navigate({ to: "/datasets", search: {} })
            void client.invalidateQueries({ predicate: aboutDatasets })
          }}
        >
          {models.length > 0
            ? `${models.length === 1 ? "A model is" : `${count(models.length)} models are`} trained from it: ${models.join(", ")}. Remove ${models.length === 1 ? "it" : "those"} first, or give ${models.length === 1 ? "it" : "them"} another dataset.`
            : "Its rows are lost, and it cannot be queried any more. No model is trained from it."}
        </Confirm>
      )}
    </>
  )
}
