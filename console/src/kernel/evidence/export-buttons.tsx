import { useMutation } from "@tanstack/react-query"
import { Download } from "lucide-react"
import { api } from "@/api/client"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { toast, toastError } from "@/ui/toast"

const TYPES = { csv: "text/csv", json: "application/json" }
const DIGEST_SHOWN = 16

/** The evidence as a file for an auditor. Its digest goes on the audit record. */
export function ExportButtons() {
  const take = useMutation({
    mutationFn: async (format: "csv" | "json") => {
      const { data, response } = await api.GET("/api/v1/evidence/export", {
        params: { query: { format } },
        parseAs: "blob",
      })
      const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1]
      if (data) download(name ?? `evidence.${format}`, data as Blob, TYPES[format])
      return response.headers.get("X-Content-SHA256") ?? ""
    },
    onSuccess: (sha256) =>
      toast("The evidence is in your downloads", {
        detail: `Its digest ${sha256.slice(0, DIGEST_SHOWN)}… is on the audit record.`,
      }),
    onError: (error) => toastError(error, "The evidence could not be exported"),
  })
  return (["csv", "json"] as const).map((format) => (
    <Button key={format} busy={take.isPending && take.variables === format} onClick={() => take.mutate(format)}>
      <Download aria-hidden /> Export {format.toUpperCase()}
    </Button>
  ))
}
