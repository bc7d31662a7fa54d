import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { BellOff, Eye, EyeOff, Gauge } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { useCan, useOrganization } from "@/app/session"
import { Badge, Tip } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { count } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { Money, When } from "@/ui/when"
import { FigureCell } from "./figure-cell"
import { type Detector, detectorsQuery } from "./queries"
import { anomaliesRoute } from "./routes"
import { directionWord, rounded, sensitivityWord, unitWord } from "./words"

const DetectorDialog = lazy(() => import("./detector-dialog"))
const USUAL = 1
const LEARNED_LEAST = 0.005

/** What feedback made of a threshold, in words; nothing where it is as usual. */
function learned({ learned_up: up, learned_down: down }: Detector): string | null {
  const said = [
    [up, "upwards"],
    [down, "downwards"],
  ] as const
  const parts = said
    .filter(([factor]) => Math.abs(factor - USUAL) > LEARNED_LEAST)
    .map(([factor, side]) => `${factor > USUAL ? "stricter" : "quicker"} ${side} (${factor.toFixed(2)}×)`)
  return parts.length ? parts.join(", ") : null
}

/** Every figure that is watched by itself: how it went lately, how it is watched, and what is open about it. */
export function Watched({ look }: { look: ((source: string) => void) | undefined }) {
  const search = anomaliesRoute.useSearch()
  const navigate = anomaliesRoute.useNavigate()
  const may = useCan()("ai_analytics:update")
  const currency = useOrganization()?.currency ?? "USD"
  const detectors = useQuery(detectorsQuery(search.after))
  const [editing, setEditing] = useState<Detector | null>(null)
  const rows = detectors.data?.items
  const columns: Column<Detector>[] = [
    {
      id: "name",
      header: "Figure",
      cell: (row) => (
        <span className="flex min-w-0 flex-col py-1.5 leading-tight">
          <span className="truncate font-medium">{row.name}</span>
          <span className="truncate text-xs text-ink-3">{unitWord(row.unit) || row.unit}</span>
        </span>
      ),
    },
    {
      id: "course",
      header: "Last 14 days",
      wide: true,
      cell: (row) => <FigureCell source={row.data_source} unit={row.unit} />,
    },
    {
      id: "how",
      header: "Watched",
      wide: true,
      cell: (row) => (
        <span className="flex flex-col py-1.5 leading-tight">
          <span>{directionWord(row.direction)}</span>
          <Tip
            label={`Evidence asked: ${row.threshold_up.toFixed(1)} upwards, ${row.threshold_down.toFixed(1)} downwards`}
          >
            <span className="text-xs text-ink-3">
              Sensitivity {row.sensitivity.toFixed(2)}, {sensitivityWord(row.sensitivity)}
              {learned(row) && `; learned: ${learned(row)}`}
            </span>
          </Tip>
        </span>
      ),
    },
    {
      id: "impact",
      header: "Least impact",
      align: "right",
      wide: true,
      cell: (row) => <Money value={row.min_impact} currency={row.currency} />,
    },
    {
      id: "worth",
      header: "A unit is worth",
      align: "right",
      wide: true,
      cell: (row) =>
        row.money_per_unit === null ? (
          <span className="text-ink-3">Not priced</span>
        ) : (
          <span className="num">{rounded(Number(row.money_per_unit), row.currency ?? currency)}</span>
        ),
    },
    { id: "state", header: "State", cell: (row) => <Standing row={row} /> },
    {
      id: "open",
      header: "Open",
      align: "right",
      cell: (row) =>
        row.open_anomalies === 0 ? (
          <span className="text-ink-3">–</span>
        ) : (
          <Link to="/anomalies" search={{ source: [row.data_source] }} className="num text-accent hover:underline">
            {count(row.open_anomalies)}
            <span className="sr-only"> open anomalies of {row.name}</span>
          </Link>
        ),
    },
    {
      id: "acts",
      header: <span className="sr-only">Acts</span>,
      align: "right",
      cell: (row) => (
        <span className="inline-flex gap-1">
          {look && (
            <span className="hidden xl:inline">
              <Button
                size="sm"
                variant="ghost"
                aria-label={`Look now at ${row.name}`}
                onClick={() => look(row.data_source)}
              >
                Look now
              </Button>
            </span>
          )}
          {may && (
            <Button size="sm" aria-label={`Edit how ${row.name} is watched`} onClick={() => setEditing(row)}>
              Edit
            </Button>
          )}
        </span>
      ),
    },
  ]
  if (detectors.error && !rows) return <Failed error={detectors.error} retry={() => void detectors.refetch()} />
  return (
    <>
      <DataTable
        label="Watched figures"
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        busy={detectors.isPlaceholderData}
        current={search.current}
        onCurrent={({ id }) =>
          void navigate({ search: (now) => ({ ...now, current: id }), replace: true, resetScroll: false })
        }
        onOpen={may ? setEditing : undefined}
        empty={
          <Empty icon={<Gauge />} title="Nothing is watched yet">
            Figures of the record are watched from the first minute on, and those you send from their 25th point.
          </Empty>
        }
        footer={
          (search.after || detectors.data?.next) && (
            <Pager
              shown={rows?.length ?? 0}
              after={search.after}
              next={detectors.data?.next}
              onPage={(after) => void navigate({ search: (now) => ({ ...now, after }) })}
            />
          )
        }
      />
      <p className="mt-2 text-xs text-ink-3">
        Columns of datasets are not watched by themselves, since datasets do not move: look at one with Look now.
      </p>
      {editing && (
        <Suspense>
          <DetectorDialog detector={editing} onClose={() => setEditing(null)} />
        </Suspense>
      )}
    </>
  )
}

function Standing({ row }: { row: Detector }) {
  if (!row.enabled) return <Badge icon={<EyeOff aria-hidden />}>Off</Badge>
  if (row.muted_until)
    return (
      <span className="flex items-center gap-1.5">
        <Badge icon={<BellOff aria-hidden />}>Muted</Badge>
        <When at={row.muted_until} className="text-xs" />
      </span>
    )
  return (
    <Badge tone="accent" icon={<Eye aria-hidden />}>
      On
    </Badge>
  )
}
