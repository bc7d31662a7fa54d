import { useQueryClient } from "@tanstack/react-query"
import { useEffect, useRef, useState } from "react"
import { asApiError } from "@/api/problem"
import { useOrganization } from "@/app/session"
import { Copy } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Field, Input } from "@/ui/field"
import { count, percent } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { UploadResult } from "@/ui/set-aside"
import { POINTS_MAX, readPoints } from "./points-file"
import { ANALYTICS, METRICS } from "./queries"
import { type Sent, sendPoints } from "./sending"

const BYTES_MAX = 32 * 1024 * 1024
const PERCENT = 100

/** How points get into a figure: by a call, or by a file. */
export function PointsPanel({ name }: { name: string }) {
  const url = `${location.origin}${METRICS}/${encodeURIComponent(name)}/points`
  const at = `${new Date().toISOString().slice(0, 13)}:00:00Z`
  const curl = [
    `curl -X POST ${url} \\`,
    '  -H "Authorization: Bearer $KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"points": [{"at": "${at}", "value": 118}]}'`,
  ].join("\n")
  return (
    <div className="flex flex-col gap-5">
      <section>
        <div className="mb-1.5 flex items-center justify-between gap-2">
          <h3 className="text-[13px] font-semibold">By a call, as it happens</h3>
          <Copy text={curl} label="Copy the call">
            <span className="sr-only">The call</span>
          </Copy>
        </div>
        <Scroll label="The call" className="overflow-x-auto rounded-control border bg-sunken p-3">
          <pre className="mono text-xs leading-5">{curl}</pre>
        </Scroll>
        <p className="mt-1.5 text-xs text-ink-3">
          $KEY is an API key with the right to create in analytics (Settings, API keys). Up to 10,000 points go in one
          call, in any order; one at a moment that has one replaces it.
        </p>
      </section>
      <section>
        <h3 className="mb-1.5 text-[13px] font-semibold">By a file, all at once</h3>
        <Upload name={name} />
      </section>
    </div>
  )
}

function Upload({ name }: { name: string }) {
  const client = useQueryClient()
  const zone = useOrganization()?.time_zone ?? "UTC"
  const [file, setFile] = useState<File | null>(null)
  const [share, setShare] = useState<number | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [sent, setSent] = useState<Sent | null>(null)
  const stop = useRef<AbortController>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const send = async (chosen: File) => {
    const controller = new AbortController()
    stop.current = controller
    setFault(null)
    setShare(0)
    try {
      const read = readPoints(await chosen.text(), zone)
      if (read.points.length === 0) return setFault("No line of it has a time and a number.")
      if (read.points.length > POINTS_MAX) return setFault(`It has more than ${count(POINTS_MAX)} points. Split it.`)
      setSent(await sendPoints(name, read, setShare, controller.signal))
      await client.invalidateQueries({
        predicate: ({ queryKey }) => typeof queryKey[1] === "string" && queryKey[1].startsWith(`${ANALYTICS}/`),
      })
    } catch (error) {
      setFault(
        controller.signal.aborted
          ? "Stopped. What went before is kept; sending the file again adds nothing twice."
          : asApiError(error).sentence,
      )
    } finally {
      setShare(null)
    }
  }
  if (sent)
    return (
      <UploadResult
        name={name}
        facts={[
          ["Points taken", count(sent.taken)],
          ["Replaced an earlier one", count(sent.replaced)],
          ["Set aside", count(sent.faults.length + sent.leftOut)],
        ]}
        done="Every line was taken. The figure is watched from its 25th point on."
        problems={sent.faults}
        leftOut={sent.leftOut}
        onAgain={() => {
          setSent(null)
          setFile(null)
        }}
      />
    )
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (file && file.size <= BYTES_MAX) void send(file)
      }}
    >
      <Field
        label="File of points"
        hint={`A table with a column of times and one of numbers (at, value), or one JSON object a line. Times without a zone are read as ${zone}.`}
        error={file && file.size > BYTES_MAX ? "The file is larger than 32 MB. Split it." : fault}
      >
        {(control) => (
          <Input
            {...control}
            type="file"
            accept=".csv,.tsv,.txt,.ndjson,.jsonl,text/csv,application/x-ndjson"
            className="py-1"
            onChange={(event) => {
              setFile(event.target.files?.[0] ?? null)
              setFault(null)
            }}
          />
        )}
      </Field>
      <div className="flex items-center justify-end gap-3">
        {share !== null && (
          <>
            <span
              role="progressbar"
              aria-label="Points sent"
              aria-valuenow={Math.round(share * PERCENT)}
              aria-valuemin={0}
              aria-valuemax={PERCENT}
              className="h-1.5 flex-1 overflow-hidden rounded-full bg-line"
            >
              <span className="block h-full bg-accent" style={{ width: `${share * PERCENT}%` }} />
            </span>
            <span className="num text-xs text-ink-3">{percent(share)}</span>
            <Button size="sm" variant="ghost" onClick={() => stop.current?.abort()}>
              Stop
            </Button>
          </>
        )}
        <Button type="submit" variant="solid" disabled={!file} busy={share !== null}>
          Send the points
        </Button>
      </div>
    </form>
  )
}
