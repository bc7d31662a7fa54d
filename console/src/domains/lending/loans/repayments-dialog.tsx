import { useMutation, useQueryClient } from "@tanstack/react-query"
import { CircleAlert, Download } from "lucide-react"
import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { csv, download } from "@/ui/download"
import { count } from "@/ui/format"
import { isTooLarge, RowsFile } from "@/ui/rows-file"
import { UploadResult } from "@/ui/set-aside"
import { aboutLoans } from "./queries"

const MEGABYTES_MAX = 16
const COLUMNS = ["loan", "amount", "currency", "date", "reference"]

const formatOf = (file: File) =>
  /\.(nd)?jsonl?$/i.test(file.name) || file.type === "application/x-ndjson" ? "ndjson" : "csv"

/** Record a file of repayments, such as the bank's; rows that do not fit are set aside with their reasons. */
export default function RepaymentsDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const upload = useMutation({
    mutationFn: async (chosen: File) => {
      const format = formatOf(chosen)
      const { data } = await api.POST("/api/v1/lending/repayments/bulk", {
        params: { query: { format } },
        headers: { "Content-Type": format === "csv" ? "text/csv" : "application/x-ndjson" },
        body: "",
        bodySerializer: () => chosen,
      })
      return data!
    },
    onSettled: () => client.invalidateQueries({ predicate: aboutLoans }),
  })
  const tooLarge = isTooLarge(file, MEGABYTES_MAX)
  const choose = (next: File | null) => {
    setFile(next)
    upload.reset()
  }
  return (
    <Dialog open onClose={onClose} title="Upload repayments" wide>
      {upload.data ? (
        <Result result={upload.data} name={file?.name ?? "repayments"} onAgain={() => choose(null)} />
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (file && !tooLarge) upload.mutate(file)
          }}
        >
          <RowsFile
            hint={`CSV with the columns ${COLUMNS.join(", ")}, or one JSON object a line; at most ${MEGABYTES_MAX} MB.`}
            megabytes={MEGABYTES_MAX}
            file={file}
            onChoose={choose}
          />
          <Notice>
            Every sound row is recorded from its own day on; what cannot be is set aside and told below. A reference is
            recorded once, so the same file may be sent again.
          </Notice>
          {upload.error && (
            <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
              <span role="alert">{asApiError(upload.error).sentence}</span>
            </Notice>
          )}
          <div className="flex flex-wrap justify-end gap-2">
            <Button
              className="mr-auto"
              variant="ghost"
              onClick={() =>
                download(
                  "repayments.csv",
                  csv(COLUMNS, [["L-2026-0001", "120.50", "USD", "2026-11-15", "BANK-4711"]]),
                  "text/csv",
                )
              }
            >
              <Download /> Example file
            </Button>
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" variant="solid" disabled={!file || tooLarge} busy={upload.isPending}>
              {upload.isPending ? "Recording…" : "Upload and record"}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

function Result({ result, name, onAgain }: { result: Schema["BulkRepayments"]; name: string; onAgain: () => void }) {
  return (
    <UploadResult
      name={name}
      facts={[
        ["Rows", count(result.rows)],
        ["Recorded", count(result.recorded)],
        ["Recorded before", count(result.replayed)],
        ["Set aside", count(result.quarantined)],
      ]}
      done="Every row was recorded."
      problems={result.problems}
      leftOut={result.problems_left_out}
      onAgain={onAgain}
    />
  )
}
