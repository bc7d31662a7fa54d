import { Link } from "@tanstack/react-router"
import { BellRing, CircleSlash } from "lucide-react"
import { Progress } from "@/kernel/tasks/state"
import { Badge, Tip } from "@/ui/basics"
import type { Column } from "@/ui/data-table"
import { count } from "@/ui/format"
import { When } from "@/ui/when"
import { Figure } from "../parts/figure"
import { AliasBadge } from "./alias"
import type { ModelRow } from "./queries"
import { ModelStateBadge, typeWord } from "./words"

/** How far predictions are counted. */
const COUNTED_MAX = 100_000

export const COLUMNS: Column<ModelRow>[] = [
  {
    id: "name",
    header: "Model",
    cell: (row) => (
      <Link to="/models/$modelId" params={{ modelId: row.id }} className="font-medium hover:underline">
        {row.model_name}
      </Link>
    ),
  },
  {
    id: "type",
    header: "Tells",
    wide: true,
    cell: (row) => (
      <span className="text-ink-2">
        {typeWord(row.model_type)}
        {row.target_column && <span className="text-ink-3"> of {row.target_column}</span>}
      </span>
    ),
  },
  { id: "champion", header: "Champion", cell: (row) => <Champion row={row} /> },
  { id: "state", header: "State", cell: (row) => <StateCell row={row} /> },
  {
    id: "trained",
    header: "Trained",
    wide: true,
    cell: (row) => (row.trained_at ? <When at={row.trained_at} /> : <span className="text-ink-3">never</span>),
  },
  {
    id: "next",
    header: "Next training",
    wide: true,
    cell: (row) =>
      row.next_training_at ? (
        <When at={row.next_training_at} />
      ) : (
        <span className="text-ink-3">{row.retraining_frequency_days ? "after its first" : "by hand"}</span>
      ),
  },
  {
    id: "predictions",
    header: "Predictions",
    align: "right",
    wide: true,
    cell: ({ usage }) =>
      usage.predictions === 0 ? (
        <span className="text-ink-3">–</span>
      ) : (
        <span className="inline-flex items-baseline gap-2">
          {usage.last_predicted_at && <When at={usage.last_predicted_at} className="text-xs" />}
          <span className="num">
            {count(usage.predictions)}
            {usage.predictions >= COUNTED_MAX && "+"}
          </span>
        </span>
      ),
  },
  { id: "alerts", header: "Alerts", align: "right", cell: (row) => <Alerts row={row} /> },
]

function Champion({ row }: { row: ModelRow }) {
  const { champion } = row
  if (!champion) return <span className="text-ink-3">{row.version > 0 ? `none of ${row.version} deployed` : "–"}</span>
  return (
    <span className="inline-flex items-center gap-2">
      <span className="num text-ink-2">v{champion.number}</span>
      <Figure of={champion} />
      {!champion.validated && (
        <Tip label="It was deployed though it did not prove itself">
          <CircleSlash aria-label="Not validated" className="size-3.5 text-review" />
        </Tip>
      )}
      {row.challenger && <AliasBadge alias="challenger" share={row.challenger.share} />}
      {row.shadow && <AliasBadge alias="shadow" share={row.shadow.share} />}
    </span>
  )
}

function StateCell({ row }: { row: ModelRow }) {
  if (row.progress === null) return <ModelStateBadge state={row.state} />
  return (
    <span className="inline-flex items-center gap-2">
      <ModelStateBadge state="training" />
      <Progress value={row.progress} label={`Training of ${row.model_name}`} />
    </span>
  )
}

function Alerts({ row }: { row: ModelRow }) {
  if (row.usage.open_alerts === 0) return <span className="text-ink-3">–</span>
  return (
    <Link to="/models/$modelId" params={{ modelId: row.id }} search={{ tab: "monitoring" }}>
      <Badge tone="warn" icon={<BellRing aria-hidden />}>
        {count(row.usage.open_alerts)} open
      </Badge>
    </Link>
  )
}
