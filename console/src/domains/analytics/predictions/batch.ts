/** Predicting a whole file: the answers come as a stream of lines while the rest is still being worked on. */
import { api, once } from "@/api/client"
import { ApiError } from "@/api/problem"
import { csv } from "@/ui/download"
import type { Answer } from "./queries"

/** The last line: without it the answer is not whole. */
export interface Summary {
  batch_id: string
  rows: number
  predicted: number
  failed: number
  replayed: number
  ignored_fields: string[]
  seconds: number
}
type Line = Answer | { summary: Summary } | { error: { code: string; message: string; remedy: string | null } }

const PROBLEMS_KEPT_MAX = 200
const COLUMNS = [
  "row",
  "prediction_id",
  "business_entity_id",
  "label",
  "value",
  "lower",
  "upper",
  "set",
  "confidence",
  "version",
  "role",
  "unusual",
  "reasons",
  "error",
]

/** What has come of a batch so far. `table` holds the answers as CSV, in pieces. */
export interface Progress {
  answered: number
  failed: number
  labels: Record<string, number>
  problems: { row: number; code: string; field: string | null; reason: string }[]
  table: string[]
  summary: Summary | null
}

export const nothingYet = (): Progress => ({
  answered: 0,
  failed: 0,
  labels: {},
  problems: [],
  table: [`${csv(COLUMNS, [])}\r\n`],
  summary: null,
})

/** Take lines in. Raises what the server says where it broke off. */
export function take(progress: Progress, lines: string[]): Progress {
  const next = { ...progress, labels: { ...progress.labels }, problems: [...progress.problems] }
  const rows: unknown[][] = []
  for (const text of lines) {
    if (!text) continue
    const line = JSON.parse(text) as Line
    if ("summary" in line) next.summary = line.summary
    else if (!("row" in line)) throw new ApiError(500, line.error.code, line.error.message, line.error.remedy ?? null)
    else {
      rows.push(cells(line))
      if (line.error) {
        next.failed += 1
        if (next.problems.length < PROBLEMS_KEPT_MAX)
          next.problems.push({
            row: line.row + 1,
            code: line.error.code,
            field: line.error.field ?? null,
            reason: [line.error.message, line.error.remedy].filter(Boolean).join(" "),
          })
      } else {
        next.answered += 1
        const label = line.output?.label
        if (label !== null && label !== undefined) next.labels[label] = (next.labels[label] ?? 0) + 1
      }
    }
  }
  // Only the header of `csv` is known to it; of the pieces it is cut off again.
  if (rows.length) next.table = [...progress.table, `${csv([], rows).slice(2)}\r\n`]
  return next
}

function cells({ output, error, ...answer }: Answer): unknown[] {
  return [
    answer.row + 1,
    answer.prediction_id,
    answer.business_entity_id,
    output?.label,
    output?.value,
    output?.lower,
    output?.upper,
    output?.set?.join("; "),
    answer.confidence,
    answer.version,
    answer.role,
    answer.unusual?.join("; "),
    answer.reasons?.map((each) => each.sentence).join(" "),
    error && [error.field, error.message].filter(Boolean).join(": "),
  ]
}

interface Asked {
  modelId: string
  version: number | undefined
  reasons: number
  entityField: string | undefined
  /** The rows: a file, or a dataset by its id. */
  from: File | string
  key: string
  signal: AbortSignal
  onProgress: (progress: Progress) => void
}

export const formatOf = (file: File) => (/\.csv$/i.test(file.name) || file.type === "text/csv" ? "csv" : "ndjson")

const TOLD_MILLISECONDS = 200

/** Predict every row. The same `key` goes on where an earlier try broke off. */
export async function predictBatch({ modelId, version, reasons, entityField, from, key, signal, ...asked }: Asked) {
  const file = typeof from === "string" ? null : from
  const { data } = await api.POST("/api/v1/ai-analytics/predict/batch", {
    params: {
      query: {
        model_id: modelId,
        version: version === undefined ? undefined : String(version),
        reasons,
        entity_field: entityField || undefined,
        // Outcomes are told by kind and name together; the column's name says the kind.
        business_entity_type: entityField || undefined,
        dataset_id: typeof from === "string" ? from : undefined,
        format: file ? formatOf(file) : "ndjson",
        answer: "ndjson",
      },
      header: once(key),
    },
    headers: { "Content-Type": file && formatOf(file) === "csv" ? "text/csv" : "application/x-ndjson" },
    ...(file && { body: "", bodySerializer: () => file }),
    parseAs: "stream",
    signal,
  })
  let progress = nothingYet()
  let rest = ""
  let told = 0
  const reader = (data as unknown as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream() as never)
    .getReader()
  for (;;) {
    const { done, value } = (await reader.read()) as ReadableStreamReadResult<string>
    if (done) break
    const lines = (rest + value).split("\n")
    rest = lines.pop()!
    progress = take(progress, lines)
    if (performance.now() - told > TOLD_MILLISECONDS) {
      told = performance.now()
      asked.onProgress(progress)
    }
  }
  progress = take(progress, [rest])
  if (!progress.summary)
    throw new ApiError(
      0,
      "batch_broken",
      "The answer broke off before its end.",
      "Send the same again: it goes on from there.",
    )
  asked.onProgress(progress)
  return progress
}

/** About how many rows a file has: its lines. */
export async function countLines(file: File): Promise<number> {
  let lines = 0
  const reader = file.stream().getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    for (const byte of value) if (byte === 10) lines += 1
  }
  return Math.max(1, formatOf(file) === "csv" ? lines - 1 : lines)
}
