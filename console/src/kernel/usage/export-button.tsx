import { useMutation } from "@tanstack/react-query"
import { Download } from "lucide-react"
import { api } from "@/api/client"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { toastError } from "@/ui/toast"
import type { View } from "./figures"

/** What the table shows, for a spreadsheet. */
export function ExportButton({
  view,
  period,
  caller,
}: {
  view: View
  period: { first: string; last: string }
  caller: string | undefined
}) {
  const run = useMutation({
    mutationFn: async () => {
      // Fetched rather than linked to: a link could not say in which organisation.
      const { data, response } = await api.GET("/api/v1/usage", {
        params: { query: { by: view, ...period, caller, format: "csv" } },
        parseAs: "blob",
      })
      const name = response.headers.get("Content-Disposition")?.match(/filename="([^"]+)"/)?.[1]
      download(name ?? "usage.csv", data as Blob, "text/csv")
    },
    onError: (error) => toastError(error),
  })
  return (
    <Button onClick={() => run.mutate()} busy={run.isPending}>
      <Download /> <span className="hidden sm:inline">Export</span> CSV
    </Button>
  )
}
