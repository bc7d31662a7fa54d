import { Link, useNavigate } from "@tanstack/react-router"
import { Boxes } from "lucide-react"
import { useState } from "react"
import { Button } from "@/ui/button"
import { Sparkline } from "@/ui/chart"
import { type Column, DataTable } from "@/ui/data-table"
import { count } from "@/ui/format"
import { Empty } from "@/ui/states"
import type { ModelType } from "../models/search"
import { typeWord } from "../models/words"
import { HealthBadge } from "../monitoring/health"
import { metricInterval, metricValue, metricWord } from "../parts/metric"
import type { Dashboard, ModelAtAGlance } from "./queries"

const ORDER: ModelAtAGlance["health"][] = ["attention", "watch", "good", "unknown"]

const COLUMNS: Column<ModelAtAGlance>[] = [
  {
    id: "model",
    header: "Model",
    cell: (row) => (
      <span className="block leading-4">
        <Link
          to="/models/$modelId"
          params={{ modelId: row.id }}
          className="block max-w-56 truncate font-medium hover:underline"
        >
          {row.model_name}
        </Link>
        <span className="block text-xs text-ink-3">
          {typeWord(row.model_type as ModelType)}
          {row.version !== null && `, version ${row.version}`}
        </span>
      </span>
    ),
  },
  { id: "health", header: "Health", cell: (row) => <HealthBadge health={row.health} /> },
  {
    id: "figure",
    header: "Now, and in training",
    cell: (row) => <Now row={row} />,
    wide: true,
  },
  {
    id: "course",
    header: "Course",
    cell: (row) => <Sparkline values={row.course} className="h-6 w-20" />,
    wide: true,
  },
  {
    id: "summary",
    header: "What this means",
    cell: (row) => (
      <Link
        to="/models/$modelId"
        params={{ modelId: row.id }}
        search={{ tab: "monitoring" }}
        className="block max-w-[24rem] truncate text-ink-2 hover:underline"
        title={row.summary}
      >
        {row.summary}
      </Link>
    ),
    wide: true,
  },
  { id: "predictions", header: "Predictions", align: "right", cell: (row) => count(row.predictions) },
]

function Now({ row }: { row: ModelAtAGlance }) {
  if (row.metric === null || row.current === null) return <span className="text-ink-3">–</span>
  const interval = metricInterval(row.metric, row.lower, row.upper)
  return (
    <span className="num block leading-4">
      <span className="block">
        <span className="text-xs text-ink-3">{metricWord(row.metric)}</span>{" "}
        <span className="font-medium">{metricValue(row.metric, row.current)}</span>
        {row.is_estimate && <span className="text-xs text-ink-3"> expected</span>}
      </span>
      <span className="block text-xs text-ink-3">
        {interval && `${interval}; `}
        {metricValue(row.metric, row.baseline)} in training
      </span>
    </span>
  )
}

/** The models and how they do, those that want attention first. */
export function ModelsCard({ found: { models, truncated } }: { found: Dashboard }) {
  const navigate = useNavigate()
  const [current, setCurrent] = useState<string>()
  const rows = models.toSorted((one, other) => ORDER.indexOf(one.health) - ORDER.indexOf(other.health))
  const open = ({ id }: ModelAtAGlance) => void navigate({ to: "/models/$modelId", params: { modelId: id } })
  return (
    <section aria-labelledby="insight-models">
      <div className="mb-2 flex items-baseline justify-between gap-2">
        <h2 id="insight-models" className="text-[13px] font-semibold">
          Models
        </h2>
        <Link to="/models" search={{}} className="text-xs text-accent hover:underline">
          {truncated ? "See all of them" : "Open the list"}
        </Link>
      </div>
      <DataTable
        label="Models and how they do"
        columns={COLUMNS}
        rows={rows}
        rowId={(row) => row.id}
        current={current}
        onCurrent={(row) => setCurrent(row.id)}
        onOpen={open}
        empty={
          <Empty
            icon={<Boxes />}
            title="No models yet"
            action={
              <Button asChild>
                <Link to="/models/new" search={{}}>
                  New model
                </Link>
              </Button>
            }
          />
        }
      />
    </section>
  )
}
