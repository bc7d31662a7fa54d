import { useMutation, useQueryClient } from "@tanstack/react-query"
import { CircleAlert, Play } from "lucide-react"
import { useRef, useState } from "react"
import { api, once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Card, Kbd, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Textarea } from "@/ui/field"
import { count } from "@/ui/format"
import { LeaveGuard } from "@/ui/leave-guard"
import { toast } from "@/ui/toast"
import { NameFields } from "./name-fields"
import { aboutDatasets, DATASETS } from "./queries"
import { QueryAnswer } from "./query-answer"
import { QueryTables } from "./query-tables"
import { addDataRoute } from "./routes"
import { inserted, type Place, placeOf } from "./sql-text"

const LENGTH_MAX = 20_000
const LINES = 10

/** A query over datasets and the record: written, tried, and its answer kept as a dataset that can be refreshed. */
export function FromQuery() {
  const [sql, setSql] = useState("")
  const [kept, setKept] = useState(false)
  const editor = useRef<HTMLTextAreaElement>(null)
  const preview = useMutation({
    mutationFn: async (text: string) => {
      const { data } = await api.POST(`${DATASETS}/query/preview`, { body: { sql: text } })
      return data!
    },
  })
  const problem = preview.error && asApiError(preview.error)
  const place = problem && placeOf(problem, preview.variables ?? "")
  const run = () => sql.trim() && !preview.isPending && preview.mutate(sql)
  const insert = (name: string) => {
    const area = editor.current
    if (!area) return
    const next = inserted(sql, area.selectionStart, area.selectionEnd, name)
    setSql(next.text)
    requestAnimationFrame(() => {
      area.focus()
      area.setSelectionRange(next.at, next.at)
    })
  }
  const show = ({ from, to }: Place) => {
    editor.current?.focus()
    editor.current?.setSelectionRange(from, to)
  }
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <LeaveGuard changed={sql.trim() !== "" && !kept} title="Leave the query?" confirm="Leave, lose the query">
        It is not kept anywhere until its answer is kept as a dataset.
      </LeaveGuard>
      <div className="flex min-w-0 flex-col gap-4">
        <Card
          title="Query"
          actions={
            <>
              <span className="hidden text-xs text-ink-3 sm:inline">
                <Kbd>⌘</Kbd> <Kbd>Enter</Kbd> or <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd>
              </span>
              <Button variant="solid" onClick={run} disabled={!sql.trim()} busy={preview.isPending}>
                {!preview.isPending && <Play aria-hidden />} Try it
              </Button>
            </>
          }
        >
          <Textarea
            ref={editor}
            aria-label="Query"
            aria-describedby="query-note"
            aria-invalid={problem ? true : undefined}
            className="mono block min-h-40 resize-y"
            rows={LINES}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            maxLength={LENGTH_MAX}
            placeholder={"select …\nfrom …"}
            value={sql}
            onChange={(event) => {
              setSql(event.target.value)
              setKept(false)
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
                event.preventDefault()
                run()
              }
            }}
          />
          {problem ? (
            <Notice tone="bad" icon={<CircleAlert aria-hidden />} className="mt-2">
              <div id="query-note" role="alert">
                {problem.message}
                {place && <Pointer place={place} sql={preview.variables ?? ""} onShow={() => show(place)} />}
                {!place && problem.remedy && problem.code !== "dataset_query_invalid" && ` ${problem.remedy}`}
              </div>
            </Notice>
          ) : (
            <p id="query-note" className="mt-1.5 text-xs text-ink-3">
              One SELECT in DuckDB's SQL; WITH, window functions and joins work. It can only read the tables at the
              side.
            </p>
          )}
        </Card>
        {preview.data && <QueryAnswer answer={preview.data} changed={preview.variables !== sql} />}
      </div>
      <div className="flex flex-col gap-4">
        <QueryTables onInsert={insert} />
        <KeepQuery sql={sql} onKept={() => setKept(true)} />
      </div>
    </div>
  )
}

/** The line with the mistake, and a mark under it. */
function Pointer({ place, sql, onShow }: { place: Place; sql: string; onShow: () => void }) {
  const line = sql.split("\n")[place.line - 1] ?? ""
  const from = Math.max(0, place.column - 41)
  return (
    <>
      <code className="mono mt-1.5 block overflow-x-auto whitespace-pre">
        {line.slice(from, from + 80)}
        {"\n"}
        {" ".repeat(place.column - 1 - from)}
        {"^".repeat(Math.max(1, Math.min(place.to - place.from, 40)))}
      </code>
      <button type="button" className="mt-1 underline" onClick={onShow}>
        Line {count(place.line)}, column {count(place.column)}
      </button>
    </>
  )
}

function KeepQuery({ sql, onKept }: { sql: string; onKept: () => void }) {
  const navigate = addDataRoute.useNavigate()
  const client = useQueryClient()
  const [name, setName] = useState("")
  const [description, setDescription] = useState("")
  const keep = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST(`${DATASETS}/query`, {
        body: { name: name.trim(), description: description.trim(), sql },
        params: { header: once() },
      })
      return data!
    },
    onSuccess: (dataset) => {
      onKept()
      toast(`“${dataset.name}” is kept`, { detail: `${count(dataset.row_count)} rows` })
      void client.invalidateQueries({ predicate: aboutDatasets })
      requestAnimationFrame(
        () => void navigate({ to: "/datasets/$datasetId", params: { datasetId: dataset.dataset_id }, search: {} }),
      )
    },
  })
  const problem = keep.error && asApiError(keep.error)
  return (
    <Card title="Keep its answer">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          keep.mutate()
        }}
      >
        <NameFields
          name={name}
          onName={setName}
          description={description}
          onDescription={setDescription}
          fault={problem?.field === "name" ? problem.sentence : null}
        />
        {problem && problem.field !== "name" && (
          <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
            <span role="alert">{problem.sentence}</span>
          </Notice>
        )}
        <Button type="submit" variant="solid" disabled={!name.trim() || !sql.trim()} busy={keep.isPending}>
          Save as dataset
        </Button>
      </form>
    </Card>
  )
}
