import type { Schema } from "@/api/client"
import { Card, Notice } from "@/ui/basics"
import { count } from "@/ui/format"
import { Cells } from "./cells"

/** The first rows that a query gives. */
export function QueryAnswer({ answer, changed }: { answer: Schema["QueryPreview"]; changed: boolean }) {
  const took = answer.milliseconds < 1 ? "under 1 ms" : `${count(Math.round(answer.milliseconds))} ms`
  return (
    <Card
      title={
        <span role="status">
          {answer.rows.length === 0
            ? "No rows"
            : answer.more
              ? `The first ${count(answer.rows.length)} rows`
              : `${count(answer.rows.length)} rows, all of them`}{" "}
          <span className="font-normal text-ink-3">in {took}</span>
        </span>
      }
    >
      {changed && <Notice className="mb-2">The query was changed since; try it again.</Notice>}
      {answer.rows.length > 0 && (
        <Cells
          label="Answer of the query"
          columns={answer.columns}
          rows={answer.rows}
          className="max-h-96 rounded-control border"
        />
      )}
    </Card>
  )
}
