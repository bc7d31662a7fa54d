import { useMutation } from "@tanstack/react-query"
import { Download } from "lucide-react"
import { api } from "@/api/client"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { toast, toastError } from "@/ui/toast"
import type { ApiFilter } from "./search"

/** The decisions that the filters let through, as a table for a spreadsheet. */
export function ExportButton({ filter, disabled }: { filter: ApiFilter; disabled: boolean }) {
  const run = useMutation({
    mutationFn: async () => {
      // Fetched rather than linked to: a link could not say in which organisation.
      const { data, response } = await api.GET("/api/v1/decisions/export.csv", {
        params: { query: filter },
        parseAs: "blob",
      })
      const name = response.headers.get("Content-Disposition")?.match(/filename="([^"]+)"/)?.[1]
      download(name ?? "decisions.csv", data as Blob, "text/csv")
    },
    onSuccess: () => toast("Decisions exported", { detail: "The export is on the record." }),
    onError: (error) => toastError(error),
  })
  return (
    <Button onClick={() => run.mutate()} busy={run.isPending} disabled={disabled}>
      <Download /> <span className="hidden sm:inline">Export</span> CSV
    </Button>
  )
}
