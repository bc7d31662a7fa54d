import { useMutation } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { Download } from "lucide-react"
import { api } from "@/api/client"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { toast, toastError } from "@/ui/toast"
import type { List } from "./queries"

const route = getRouteApi("/lists/$listId")

/** What is shown of a list, as a table that can be put on a list again. */
export function ExportEntries({ list }: { list: List }) {
  const { standing } = route.useSearch()
  const run = useMutation({
    mutationFn: async () => {
      const { data } = await api.GET("/api/v1/lists/{list_id}/entries/export.csv", {
        params: { path: { list_id: list.id }, query: { standing } },
        parseAs: "blob",
      })
      download(`${list.name}.csv`, data as unknown as Blob, "text/csv")
    },
    onSuccess: () => toast("The list is exported", { detail: "The export is on the record." }),
    onError: (error) => toastError(error),
  })
  return (
    <Button onClick={() => run.mutate()} busy={run.isPending} disabled={list.total_count === 0}>
      <Download /> <span className="hidden sm:inline">Export</span> CSV
    </Button>
  )
}
