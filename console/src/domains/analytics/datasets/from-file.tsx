import { useMutation, useQueryClient } from "@tanstack/react-query"
import { CircleAlert, FileUp } from "lucide-react"
import { useRef, useState } from "react"
import { once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { sendFile } from "@/api/send-file"
import { Progress } from "@/kernel/tasks/state"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { AddedFile } from "./added"
import { type FileOptions, FileReading, NO_OPTIONS } from "./file-options"
import { NameFields } from "./name-fields"
import { aboutDatasets, DATASETS, type Dataset } from "./queries"
import { bytes, nameFromFile } from "./words"

const BYTES_MAX = 200 * 1024 * 1024
const TABLES = /\.(csv|tsv|txt|xlsx|json|ndjson|jsonl|parquet)(\.(gz|bz2|xz|zst|zip))?$|\.zip$/i
const ACCEPT = ".csv,.tsv,.txt,.xlsx,.json,.ndjson,.jsonl,.parquet,.gz,.zip"

/** A file as a dataset: chosen or dropped, sent with its progress, and what came of its rows. */
export function FromFile() {
  const client = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [name, setName] = useState("")
  const [description, setDescription] = useState("")
  const [options, setOptions] = useState<FileOptions>(NO_OPTIONS)
  const [share, setShare] = useState(0)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const stop = useRef<AbortController>(null)
  const send = useMutation({
    mutationFn: (chosen: File) => {
      stop.current = new AbortController()
      setShare(0)
      return sendFile<Dataset>(DATASETS, chosen, {
        query: { name: name.trim(), description: description.trim(), file_name: chosen.name, ...options },
        headers: { ...once(key), "Content-Type": "application/octet-stream" },
        onProgress: setShare,
        signal: stop.current.signal,
      })
    },
    onSettled: () => {
      setKey(crypto.randomUUID())
      return client.invalidateQueries({ predicate: aboutDatasets })
    },
  })
  const choose = (next: File | null) => {
    setFile(next)
    setName(next ? nameFromFile(next.name) : "")
    setOptions(NO_OPTIONS)
    send.reset()
  }
  if (send.data)
    return (
      <AddedFile
        dataset={send.data}
        onAgain={() => {
          choose(null)
          setDescription("")
        }}
      />
    )
  const wrong = !file
    ? null
    : file.size > BYTES_MAX
      ? `${bytes(file.size)} are more than the ${bytes(BYTES_MAX)} that one upload may have. Compress it, or split it by time.`
      : file.size === 0
        ? "The file is empty."
        : !TABLES.test(file.name)
          ? "This does not look like a table. CSV, Excel (.xlsx), JSON and Parquet are read, also compressed."
          : null
  const stopped = send.error instanceof DOMException
  const problem = send.error && !stopped ? asApiError(send.error) : null
  const field = problem?.field ?? null
  return (
    <form
      className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]"
      onSubmit={(event) => {
        event.preventDefault()
        if (file && !wrong && !send.isPending) send.mutate(file)
      }}
    >
      <div className="flex flex-col gap-4">
        <DropZone file={file} onChoose={choose} disabled={send.isPending} />
        {wrong && (
          <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
            <span role="alert">{wrong}</span>
          </Notice>
        )}
        {problem && field !== "name" && (
          <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
            <span role="alert">{problem.sentence}</span>
          </Notice>
        )}
        {send.isPending && (
          <div role="status" className="flex flex-wrap items-center gap-3 text-[13px] text-ink-2">
            {share < 1 ? (
              <>
                <Progress value={share} label="Sent of the file" /> of {bytes(file?.size ?? 0)} sent
              </>
            ) : (
              "All is sent; the server reads and profiles it."
            )}
            {share < 1 && (
              <Button size="sm" onClick={() => stop.current?.abort()}>
                Stop
              </Button>
            )}
          </div>
        )}
        {stopped && <p className="text-[13px] text-ink-3">Sending was stopped; nothing was kept.</p>}
        {file && (
          <FileReading
            file={file}
            options={options}
            onChange={setOptions}
            open={problem !== null && field !== "name"}
          />
        )}
      </div>
      <Card title="What it is called">
        <div className="flex flex-col gap-3">
          <NameFields
            name={name}
            onName={setName}
            description={description}
            onDescription={setDescription}
            fault={field === "name" ? problem!.sentence : null}
          />
          <Button type="submit" variant="solid" disabled={!file || !!wrong || !name.trim()} busy={send.isPending}>
            {send.isPending ? "Uploading…" : "Upload"}
          </Button>
        </div>
      </Card>
    </form>
  )
}

/** Where a file is dropped, or chosen by a press. */
function DropZone({
  file,
  onChoose,
  disabled,
}: {
  file: File | null
  onChoose: (file: File | null) => void
  disabled: boolean
}) {
  const [over, setOver] = useState(false)
  return (
    <label
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        const dropped = event.dataTransfer.files[0]
        if (dropped && !disabled) onChoose(dropped)
      }}
      className={cn(
        "flex min-h-44 cursor-pointer flex-col items-center justify-center gap-2 rounded-card border border-dashed p-6 text-center has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-1 has-[input:focus-visible]:outline-ring",
        over ? "border-accent bg-accent-soft" : "border-line-strong bg-surface hover:bg-sunken/60",
        disabled && "pointer-events-none opacity-60",
      )}
    >
      <span aria-hidden className="grid size-11 place-items-center rounded-full bg-sunken text-ink-3">
        <FileUp className="size-5" />
      </span>
      <span className="font-semibold break-all">{file ? file.name : "Drop a file here, or press to choose one"}</span>
      <span className="text-[13px] text-ink-3">
        {file
          ? `${bytes(file.size)} · press or drop to take another`
          : "CSV, Excel, JSON or Parquet, also compressed; at most 200 MiB and 10,000 columns"}
      </span>
      <input
        type="file"
        aria-label="File"
        accept={ACCEPT}
        className="sr-only"
        disabled={disabled}
        onChange={(event) => onChoose(event.target.files?.[0] ?? null)}
      />
    </label>
  )
}
