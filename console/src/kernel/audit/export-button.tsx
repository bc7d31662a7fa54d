import { useMutation } from "@tanstack/react-query"
import { Download } from "lucide-react"
import { api } from "@/api/client"
import { useCan, useOrganization } from "@/app/session"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { toastError } from "@/ui/toast"

/** The whole log as a file, for an auditor; that it was taken is itself on the record. */
export function ExportButton() {
  const can = useCan()
  const organization = useOrganization()
  const fetchLog = useMutation({
    mutationFn: async () => {
      const { data } = await api.GET("/api/v1/audit/export", { parseAs: "blob" })
      if (data) download(`audit-${organization?.slug ?? "log"}.ndjson.gz`, data, "application/gzip")
    },
    onError: (error) => toastError(error, "The log could not be exported"),
  })
  if (!can("kernel:audit:export")) return null
  return (
    <Button busy={fetchLog.isPending} onClick={() => fetchLog.mutate()}>
      {!fetchLog.isPending && <Download aria-hidden />} Export the log
    </Button>
  )
}
