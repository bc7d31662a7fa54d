import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { CircleAlert } from "lucide-react"
import { useState } from "react"
import { api, once, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Select } from "@/ui/field"
import { count } from "@/ui/format"
import { isTooLarge, RowsFile } from "@/ui/rows-file"
import { UploadResult } from "@/ui/set-aside"
import { type VerdictKind, verdictLabel } from "@/ui/verdict"
import { aboutApplications, productsQuery } from "./queries"

const MEGABYTES_MAX = 64

const formatOf = (file: File) => (/\.csv$/i.test(file.name) || file.type === "text/csv" ? "csv" : "ndjson")

/** Decide a whole file of applications; rows that cannot be read are set aside with their reasons. */
export default function UploadDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const products = useQuery(productsQuery).data?.items ?? []
  const [file, setFile] = useState<File | null>(null)
  const [product, setProduct] = useState("")
  const [key, setKey] = useState(() => crypto.randomUUID())
  const upload = useMutation({
    mutationFn: async (chosen: File) => {
      const format = formatOf(chosen)
      const { data } = await api.POST("/api/v1/lending/applications/bulk", {
        params: { query: { format, product: product || undefined }, header: once(key) },
        headers: { "Content-Type": format === "csv" ? "text/csv" : "application/x-ndjson" },
        body: "",
        bodySerializer: () => chosen,
      })
      return data!
    },
    onSettled: () => client.invalidateQueries({ predicate: aboutApplications }),
  })
  const tooLarge = isTooLarge(file, MEGABYTES_MAX)
  const choose = (next: File | null) => {
    setFile(next)
    setKey(crypto.randomUUID())
    upload.reset()
  }
  return (
    <Dialog open onClose={onClose} title="Upload applications" wide>
      {upload.data ? (
        <Result result={upload.data} name={file?.name ?? "upload"} onAgain={() => choose(null)} />
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (file && !tooLarge) upload.mutate(file)
          }}
        >
          <RowsFile
            hint="CSV with a header, or one JSON object a line with product, reference and inputs; at most 64 MB."
            megabytes={MEGABYTES_MAX}
            file={file}
            onChoose={choose}
          />
          <Field label="Product of rows that name none">
            {(control) => (
              <Select {...control} value={product} onChange={(event) => setProduct(event.target.value)}>
                <option value="">Every row names its product</option>
                {products.map((each) => (
                  <option key={each.key} value={each.key}>
                    {each.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Notice>
            Every sound row is decided at once, as if it had come in by itself; what cannot be read is set aside and
            told below. Sending the same file again after a broken connection decides nothing twice.
          </Notice>
          {upload.error && (
            <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
              <span role="alert">{asApiError(upload.error).sentence}</span>
            </Notice>
          )}
          <div className="flex justify-end gap-2">
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" variant="solid" disabled={!file || tooLarge} busy={upload.isPending}>
              {upload.isPending ? "Deciding…" : "Upload and decide"}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

function Result({ result, name, onAgain }: { result: Schema["UploadView"]; name: string; onAgain: () => void }) {
  return (
    <UploadResult
      name={name}
      facts={[
        ["Rows", count(result.rows)],
        ["Decided", count(result.decided)],
        ...Object.entries(result.verdicts).map(
          ([verdict, amount]) => [verdictLabel(verdict as VerdictKind), count(amount)] as [string, string],
        ),
        ["Decided before", count(result.replayed)],
        ["Set aside", count(result.quarantined)],
      ]}
      done="Every row was decided."
      problems={result.problems.map((problem) => ({
        ...problem,
        told:
          problem.errors.length === 0
            ? undefined
            : problem.errors.map((each) => (
                <span key={each.field + each.message} className="block">
                  {each.message} <span className="text-ink-3">{each.remedy}</span>
                </span>
              )),
      }))}
      leftOut={result.problems_left_out}
      onAgain={onAgain}
    />
  )
}
