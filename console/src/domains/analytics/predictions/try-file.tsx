import { useMutation, useQuery } from "@tanstack/react-query"
import { CircleAlert } from "lucide-react"
import { useEffect, useRef, useState } from "react"
import { asApiError } from "@/api/problem"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Checkbox, Field, Input, Select } from "@/ui/field"
import { count } from "@/ui/format"
import { isTooLarge, RowsFile } from "@/ui/rows-file"
import { countLines, nothingYet, type Progress, predictBatch } from "./batch"
import { BatchResult } from "./batch-result"
import { datasetsQuery, type Model } from "./queries"

const MEGABYTES_MAX = 256
const REASONS = 3

/** Predict every row of a file or a dataset; the answers come as a stream and can be taken away as a table. */
export function TryFile({ model, version }: { model: Model; version: number | undefined }) {
  const datasets = useQuery(datasetsQuery).data?.items ?? []
  const [file, setFile] = useState<File | null>(null)
  const [dataset, setDataset] = useState("")
  const [entityField, setEntityField] = useState("")
  const [withReasons, setWithReasons] = useState(false)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const [expected, setExpected] = useState<number | null>(null)
  const [progress, setProgress] = useState<Progress>(nothingYet)
  const stop = useRef<AbortController>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const run = useMutation({
    mutationFn: async () => {
      const from = file ?? dataset
      stop.current = new AbortController()
      setProgress(nothingYet())
      const rows = datasets.find((each) => each.dataset_id === dataset)?.row_count
      setExpected(file ? await countLines(file) : (rows ?? null))
      const { signal } = stop.current
      const reasons = withReasons ? REASONS : 0
      return predictBatch({
        modelId: model.id,
        version,
        reasons,
        entityField,
        from,
        key,
        signal,
        onProgress: setProgress,
      })
    },
  })
  const changed = () => {
    setKey(crypto.randomUUID())
    run.reset()
  }
  const tooLarge = isTooLarge(file, MEGABYTES_MAX)
  const stopped = run.error instanceof DOMException && run.error.name === "AbortError"
  if (run.data)
    return <BatchResult modelId={model.id} name={file?.name ?? "dataset"} progress={run.data} onAgain={changed} />
  return (
    <Card title="A file or a dataset" className="max-w-3xl">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!tooLarge && (file || dataset)) run.mutate()
        }}
      >
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <RowsFile
            hint="CSV with a header, or one JSON object a line; at most 256 MB and 1,000,000 rows."
            megabytes={MEGABYTES_MAX}
            file={file}
            disabled={dataset !== "" || run.isPending}
            onChoose={(chosen) => {
              setFile(chosen)
              changed()
            }}
          />
          <Field label="Or a dataset" hint="Its present rows.">
            {(control) => (
              <Select
                {...control}
                value={dataset}
                disabled={file !== null || run.isPending}
                onChange={(event) => {
                  setDataset(event.target.value)
                  changed()
                }}
              >
                <option value="">None</option>
                {datasets.map((each) => (
                  <option key={each.dataset_id} value={each.dataset_id}>
                    {each.name} ({count(each.row_count)} rows)
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field
            label="Column that names the case"
            hint="Such as a customer's number: outcomes can then be told by it."
          >
            {(control) => (
              <Input
                {...control}
                value={entityField}
                placeholder="None"
                maxLength={200}
                disabled={run.isPending}
                onChange={(event) => {
                  setEntityField(event.target.value)
                  changed()
                }}
              />
            )}
          </Field>
          <Checkbox
            label="With the three weightiest reasons for each row (slower)"
            className="self-center"
            checked={withReasons}
            disabled={run.isPending}
            onChange={(event) => {
              setWithReasons(event.target.checked)
              changed()
            }}
          />
        </div>
        {run.isPending && <Running progress={progress} expected={expected} />}
        {run.error && (
          <Notice tone={stopped ? "warn" : "bad"} icon={<CircleAlert aria-hidden />}>
            <span role="alert">
              {stopped
                ? `Stopped after ${count(progress.answered + progress.failed)} rows. What was answered is kept; predicting again goes on from there.`
                : asApiError(run.error).sentence}
            </span>
          </Notice>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" variant="solid" disabled={tooLarge || !(file || dataset)} busy={run.isPending}>
            {run.isPending ? "Predicting…" : run.error ? "Predict again" : "Predict all rows"}
          </Button>
          {run.isPending && <Button onClick={() => stop.current?.abort()}>Stop</Button>}
        </div>
        <p className="text-xs text-ink-3">
          Rows that cannot be used get an error in their place; the others are answered and kept in the history.
        </p>
      </form>
    </Card>
  )
}

function Running({ progress, expected }: { progress: Progress; expected: number | null }) {
  const done = progress.answered + progress.failed
  const share = expected ? Math.min(1, done / expected) : null
  return (
    <div>
      <progress
        aria-label="Rows predicted"
        className="block h-2 w-full accent-accent"
        max={1}
        value={done === 0 || share === null ? undefined : share}
      />
      <p className="num mt-1 text-xs text-ink-3">
        {done === 0 ? "Sending the rows…" : `${count(done)} of about ${expected ? count(expected) : "?"} rows`}
      </p>
    </div>
  )
}
