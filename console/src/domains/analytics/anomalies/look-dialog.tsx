import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { CircleAlert, CircleCheck } from "lucide-react"
import { useState } from "react"
import { api, once, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { useTimeZone } from "@/app/session"
import { Severity } from "@/kernel/alerts/severity"
import { Badge, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select } from "@/ui/field"
import { absolute, count } from "@/ui/format"
import { NumberInput } from "@/ui/number-input"
import { Loading } from "@/ui/states"
import { When } from "@/ui/when"
import { ANOMALIES, type Source, sourcesQuery } from "./queries"
import { bucketWord, titleOf } from "./words"

const HOURS_MAX = 26_352
const HOURS_BY_HOUR_MAX = 336
const RANGES: [string, number][] = [
  ["Last 24 hours", 24],
  ["Last 48 hours", 48],
  ["Last 7 days", 168],
  ["Last 14 days", HOURS_BY_HOUR_MAX],
  ["Last 30 days", 720],
  ["Last 90 days", 2_160],
  ["Last year", 8_760],
]
const OWN = "own"
const KINDS: [Source["kind"], string][] = [
  ["metric", "Of the record"],
  ["stream", "Sent to us"],
  ["dataset", "Columns of datasets"],
]

/** Look for anomalies in the last hours of a figure, and say what was looked at and found. */
export default function LookDialog({ source: given, onClose }: { source: string; onClose: () => void }) {
  const client = useQueryClient()
  const sources = useQuery(sourcesQuery)
  const [source, setSource] = useState(given)
  const [range, setRange] = useState("168")
  const [own, setOwn] = useState<number | undefined>(72)
  const [column, setColumn] = useState("")
  const hours = range === OWN ? own : Number(range)
  const fault =
    hours === undefined || !Number.isInteger(hours) || hours < 1 || hours > HOURS_MAX
      ? `A whole number of hours from 1 to ${count(HOURS_MAX)}.`
      : null
  const chosen = source || sources.data?.items[0]?.data_source || ""
  const isDataset = chosen.startsWith("dataset:")
  const look = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST(`${ANOMALIES}/detect`, {
        params: {
          query: {
            data_source: chosen,
            time_range_hours: hours!,
            ...(isDataset && column.trim() && { time_column: column.trim() }),
          },
        },
        headers: once(),
      })
      return data!
    },
    onSuccess: () =>
      client.invalidateQueries({
        predicate: ({ queryKey }) => typeof queryKey[1] === "string" && queryKey[1].startsWith(ANOMALIES),
      }),
  })
  const problem = look.error && asApiError(look.error)
  const about = sources.data?.items.find(({ data_source }) => data_source === chosen)
  return (
    <Dialog open onClose={onClose} title="Look for anomalies now" wide>
      {!sources.data ? (
        <Loading rows={3} />
      ) : (
        <form
          noValidate
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (!fault) look.mutate()
          }}
        >
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Figure" hint={about?.why} error={problem?.field === "data_source" ? problem.sentence : null}>
              {(control) => (
                <Select
                  {...control}
                  value={chosen}
                  onChange={(event) => {
                    setSource(event.target.value)
                    look.reset()
                  }}
                >
                  {KINDS.map(([kind, label]) => {
                    const of = sources.data.items.filter((each) => each.kind === kind)
                    return (
                      of.length > 0 && (
                        <optgroup key={kind} label={label}>
                          {of.map(({ data_source, name }) => (
                            <option key={data_source} value={data_source}>
                              {name}
                            </option>
                          ))}
                        </optgroup>
                      )
                    )
                  })}
                </Select>
              )}
            </Field>
            <Field
              label="How far back"
              hint={
                (hours ?? 0) > HOURS_BY_HOUR_MAX
                  ? "Looked at by the day: more than 14 days."
                  : "Looked at by the hour; streams point by point."
              }
            >
              {(control) => (
                <Select {...control} value={range} onChange={(event) => setRange(event.target.value)}>
                  {RANGES.map(([label, value]) => (
                    <option key={value} value={value}>
                      {label}
                    </option>
                  ))}
                  <option value={OWN}>Another number of hours…</option>
                </Select>
              )}
            </Field>
            {range === OWN && (
              <Field label="Hours" error={fault} className="sm:col-start-2">
                {(control) => <NumberInput {...control} value={own} onChange={setOwn} />}
              </Field>
            )}
            {isDataset && (
              <Field
                label="Column of times"
                hint="Empty: its first column of times."
                error={problem?.field === "time_column" ? problem.sentence : null}
              >
                {(control) => (
                  <Input
                    {...control}
                    value={column}
                    maxLength={200}
                    onChange={(event) => setColumn(event.target.value)}
                  />
                )}
              </Field>
            )}
          </div>
          {problem && problem.field !== "data_source" && problem.field !== "time_column" && (
            <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
              <span role="alert">{problem.sentence}</span>
            </Notice>
          )}
          {look.data && <Found answer={look.data} onClose={onClose} />}
          <div className="flex justify-end gap-2">
            <Button variant="ghost" onClick={onClose}>
              {look.data ? "Close" : "Cancel"}
            </Button>
            <Button type="submit" variant="solid" busy={look.isPending} disabled={!chosen || fault !== null}>
              {look.data ? "Look again" : "Look"}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

function Found({ answer, onClose }: { answer: Schema["DetectionAnswer"]; onClose: () => void }) {
  const timeZone = useTimeZone()
  const { found } = answer
  return (
    <section role="status" className="flex flex-col gap-3 rounded-control border p-3">
      <p className="flex items-center gap-2 text-[13px] font-semibold">
        {found.length === 0 && <CircleCheck aria-hidden className="size-4 text-ink-3" />}
        {found.length === 0
          ? "Nothing out of the ordinary"
          : `${count(found.length)} ${found.length === 1 ? "anomaly" : "anomalies"}, ${answer.new === 0 ? "all known before" : `${count(answer.new)} of them new`}`}
      </p>
      <p className="text-xs text-ink-3">
        Looked at {answer.name} {bucketWord(answer.bucket)} from {absolute(new Date(answer.since), timeZone)} to{" "}
        {absolute(new Date(answer.until), timeZone)}, judged by {count(answer.points)} points up to then.
        {answer.notes.map((note) => (
          <span key={note} className="block">
            {note}
          </span>
        ))}
      </p>
      {found.length > 0 && (
        <ul className="max-h-64 overflow-y-auto rounded-control border">
          {found.map((row) => (
            <li key={row.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-2 last:border-0">
              <Severity level={row.severity} />
              <Link
                to="/anomalies"
                search={{ id: row.id, state: "all" }}
                onClick={onClose}
                className="min-w-0 flex-1 truncate text-[13px] font-medium hover:underline"
              >
                {titleOf(row)}
              </Link>
              {row.state !== "open" && <Badge>{row.state}</Badge>}
              <When at={row.started_at} className="text-xs" />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
