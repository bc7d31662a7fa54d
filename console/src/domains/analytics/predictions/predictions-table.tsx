import { SearchX, Target } from "lucide-react"
import type { ReactNode } from "react"
import { Button } from "@/ui/button"
import { type Column, DataTable } from "@/ui/data-table"
import { Empty } from "@/ui/states"
import { Confidence } from "@/ui/verdict"
import { When } from "@/ui/when"
import { answerText } from "./answer"
import { OutcomeShown } from "./outcome"
import { roleWord } from "./predictions-filters"
import type { Prediction } from "./queries"

const COLUMNS: (Column<Prediction> & { beside?: false })[] = [
  { id: "at", header: "Predicted", cell: (row) => <When at={row.predicted_at} /> },
  {
    id: "case",
    header: "Case",
    cell: (row) =>
      row.business_entity_id ? (
        <span className="num">{row.business_entity_id}</span>
      ) : (
        <span className="text-ink-3">Unnamed</span>
      ),
  },
  {
    id: "answer",
    header: "Answer",
    cell: (row) => <span className="num font-medium">{answerText(row.output)}</span>,
  },
  {
    id: "confidence",
    header: "Confidence",
    cell: (row) => <Confidence value={row.confidence} />,
    wide: true,
  },
  { id: "outcome", header: "What happened", cell: (row) => <OutcomeShown of={row} /> },
  {
    id: "by",
    header: "Answered by",
    cell: (row) => (
      <>
        Version {row.version} <span className="text-ink-3">{roleWord(row.role)}</span>
      </>
    ),
    wide: true,
    beside: false,
  },
]

/** A page of predictions; beside an open panel it leaves out what the panel shows. */
export function PredictionsTable({
  narrow,
  filtered,
  onClear,
  onTry,
  ...table
}: {
  rows: Prediction[] | undefined
  busy: boolean
  narrow: boolean
  filtered: boolean
  onClear: () => void
  onTry: () => void
  current: string | undefined
  onCurrent: (row: Prediction) => void
  footer: ReactNode
}) {
  return (
    <DataTable
      {...table}
      label="Predictions"
      columns={narrow ? COLUMNS.filter((column) => column.beside !== false) : COLUMNS}
      rowId={(row) => row.id}
      empty={
        filtered ? (
          <Empty
            icon={<SearchX />}
            title="No prediction is like that"
            action={<Button onClick={onClear}>Show all</Button>}
          >
            Take a filter away.
          </Empty>
        ) : (
          <Empty
            icon={<Target />}
            title="Nothing was predicted yet"
            action={<Button onClick={onTry}>Try the model</Button>}
          >
            Every answer of this model comes here with its input, so that it can be explained later and compared with
            what really happened. Programs ask it at POST /api/v1/ai-analytics/predict.
          </Empty>
        )
      }
    />
  )
}
