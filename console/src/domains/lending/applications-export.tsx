import { useMutation } from "@tanstack/react-query"
import { Download } from "lucide-react"
import { api } from "@/api/client"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { toast, toastError } from "@/ui/toast"
import type { ApplicationFilter, ApplicationSearch } from "./search"

/** The applications that the filters let through, as a table for a spreadsheet. */
export function ApplicationsExport({
  filter,
  sort,
  disabled,
}: {
  filter: ApplicationFilter
  sort: ApplicationSearch["sort"]
  disabled: boolean
}) {
  const run = useMutation({
    mutationFn: async () => {
      // Fetched rather than linked to: a link could not say in which organisation.
      const { data } = await api.GET("/api/v1/lending/applications/export.csv", {
        params: { query: { ...filter, sort } },
        parseAs: "blob",
      })
      download("applications.csv", data as Blob, "text/csv")
    },
    onSuccess: () => toast("Applications exported"),
    onError: (error) => toastError(error),
  })
  return (
    <Button onClick={() => run.mutate()} busy={run.isPending} disabled={disabled}>
      <Download /> <span className="hidden sm:inline">Export</span> CSV
    </Button>
  )
}
