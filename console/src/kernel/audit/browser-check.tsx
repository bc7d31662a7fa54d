import { FileCheck2, Laptop, Square } from "lucide-react"
import { useEffect, useRef, useState } from "react"
import { api } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { count, duration } from "@/ui/format"
import { checkExport } from "./check-export"
import { ExportResult } from "./export-result"
import type { Bytes } from "./hashing"
import type { ExportReport, Progress } from "./verify-export"

type State =
  | { at: "rest" }
  | { at: "run"; total: number | null; progress: Progress | null; from: string }
  | { at: "done"; report: ExportReport; seconds: number; from: string }
  | { at: "failed"; error: unknown }

const SERVER = "the log as the server gives it"

/** Fetches the whole log, or takes a file of an earlier day, and does every sum anew in this browser. */
export function BrowserCheck({ verifyKey, own }: { verifyKey: Bytes | null; own: boolean }) {
  const [state, setState] = useState<State>({ at: "rest" })
  const stop = useRef<AbortController>(null)
  const file = useRef<HTMLInputElement>(null)
  useEffect(() => () => stop.current?.abort(), [])

  const run = async (from: string, open: (signal: AbortSignal) => Promise<[ReadableStream<Bytes>, number | null]>) => {
    if (!verifyKey) return
    const control = new AbortController()
    stop.current = control
    const began = performance.now()
    setState({ at: "run", total: null, progress: null, from })
    try {
      const [source, total] = await open(control.signal)
      setState({ at: "run", total, progress: null, from })
      const tell = (progress: Progress) => setState({ at: "run", total, progress, from })
      const report = await checkExport(source, verifyKey, tell, control.signal)
      setState({ at: "done", report, seconds: (performance.now() - began) / 1_000, from })
    } catch (error) {
      setState(control.signal.aborted ? { at: "rest" } : { at: "failed", error })
    }
  }
  const fromServer = () =>
    run(SERVER, async (signal) => {
      const { data, response } = await api.GET("/api/v1/audit/export", { parseAs: "stream", signal })
      const length = Number(response.headers.get("Content-Length"))
      if (!data) throw new Error("The server sent nothing.")
      return [data as ReadableStream<Bytes>, length || null]
    })
  const running = state.at === "run"
  return (
    <Card
      title="In this browser"
      actions={
        running && (
          <Button size="sm" onClick={() => stop.current?.abort()}>
            <Square aria-hidden /> Cancel
          </Button>
        )
      }
    >
      <p className="text-[13px] text-ink-2">
        Fetches the whole log and checks every hash, every checkpoint and every signature here, with{" "}
        {own ? "the key you keep" : "the server's public key"}. You need not believe the server's own check.
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button variant="solid" busy={running} disabled={!verifyKey} onClick={() => void fromServer()}>
          {!running && <Laptop aria-hidden />} Verify in this browser
        </Button>
        <Button disabled={running || !verifyKey} onClick={() => file.current?.click()}>
          <FileCheck2 aria-hidden /> Verify an export file…
        </Button>
        <input
          ref={file}
          type="file"
          accept=".gz,.ndjson,application/gzip"
          aria-label="Export file to verify"
          className="hidden"
          onChange={(event) => {
            const chosen = event.target.files?.[0]
            event.target.value = ""
            if (chosen)
              void run(chosen.name, async () => [chosen.stream() as ReadableStream<Bytes>, chosen.size || null])
          }}
        />
      </div>
      <div className="mt-3 empty:hidden" aria-live="polite">
        {state.at === "run" && <Progression {...state} />}
        {state.at === "done" && (
          <ExportResult report={state.report} from={state.from} own={own} seconds={state.seconds} />
        )}
        {state.at === "failed" && (
          <Notice tone="warn">
            <span className="font-medium">The check was not finished.</span> {asApiError(state.error).sentence}
          </Notice>
        )}
      </div>
      <p className="mt-3 text-xs text-ink-3">That the log was fetched is itself on the record.</p>
    </Card>
  )
}

function Progression({ total, progress }: { total: number | null; progress: Progress | null }) {
  const began = useRef(performance.now())
  const share = total && progress ? Math.min(1, progress.bytes / total) : null
  const seconds = (performance.now() - began.current) / 1_000
  return (
    <div className="flex flex-col gap-1.5">
      <progress
        aria-label="How much of the log is verified"
        className="h-1.5 w-full overflow-hidden rounded-full accent-accent"
        {...(share === null ? {} : { value: share })}
      />
      <p className="num text-xs text-ink-3">
        {progress
          ? `${count(progress.leaves)} leaves, ${count(progress.checkpoints)} checkpoints`
          : "Waiting for the log…"}
        {share !== null && share > 0.05 && share < 1 && `, ${duration((seconds / share) * (1 - share))} left`}
      </p>
    </div>
  )
}
