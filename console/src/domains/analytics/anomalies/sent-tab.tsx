import { useQuery } from "@tanstack/react-query"
import { Plus, Send } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { actor } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { FigureCell } from "./figure-cell"
import { type Stream, streamsQuery } from "./queries"
import { anomaliesRoute } from "./routes"
import { inUnit, rounded } from "./words"

const StreamDialog = lazy(() => import("./stream-dialog"))

/** Figures that are sent to us: how each went, its newest point, and how to send more. */
export function Sent({ create }: { create: (() => void) | undefined }) {
  const search = anomaliesRoute.useSearch()
  const navigate = anomaliesRoute.useNavigate()
  const may = useCan()("ai_analytics:create")
  const streams = useQuery(streamsQuery(search.after))
  const [sending, setSending] = useState<string | null>(null)
  const rows = streams.data?.items
  const columns: Column<Stream>[] = [
    {
      id: "name",
      header: "Name",
      cell: (row) => (
        <span className="flex min-w-0 flex-col py-1.5 leading-tight">
          <span className="truncate font-medium">{row.name}</span>
          {row.description && <span className="truncate text-xs text-ink-3">{row.description}</span>}
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
      id: "last",
      header: "Newest point",
      cell: (row) =>
        row.last_at === null || row.last_value === null ? (
          <span className="text-ink-3">None yet</span>
        ) : (
          <span className="flex flex-col py-1.5 leading-tight">
            <span className="num">
              {inUnit(row.last_value, row.unit, row.currency ?? "USD")} {row.unit !== "count" && row.unit}
            </span>
            <When at={row.last_at} className="text-xs" />
          </span>
        ),
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
          <span className="num">{rounded(Number(row.money_per_unit), row.currency ?? "USD")}</span>
        ),
    },
    { id: "by", header: "Made by", wide: true, cell: (row) => actor(row.created_by) },
    {
      id: "acts",
      header: <span className="sr-only">Acts</span>,
      align: "right",
      cell: (row) =>
        may && (
          <Button size="sm" aria-label={`Send points of ${row.name}`} onClick={() => setSending(row.name)}>
            Send points
          </Button>
        ),
    },
  ]
  if (streams.error && !rows) return <Failed error={streams.error} retry={() => void streams.refetch()} />
  return (
    <>
      <DataTable
        label="Figures sent to us"
        columns={columns}
        rows={rows}
        rowId={({ name }) => name}
        busy={streams.isPlaceholderData}
        current={search.current}
        onCurrent={({ name }) =>
          void navigate({ search: (now) => ({ ...now, current: name }), replace: true, resetScroll: false })
        }
        onOpen={may ? ({ name }) => setSending(name) : undefined}
        empty={
          <Empty
            icon={<Send />}
            title="No figure is sent to us yet"
            action={
              create && (
                <Button variant="solid" onClick={create}>
                  <Plus aria-hidden /> Send us a figure
                </Button>
              )
            }
          >
            Give a figure a name, send its points by one call or a file, and it is watched like those of the record.
          </Empty>
        }
        footer={
          (search.after || streams.data?.next) && (
            <Pager
              shown={rows?.length ?? 0}
              after={search.after}
              next={streams.data?.next}
              onPage={(after) => void navigate({ search: (now) => ({ ...now, after }) })}
            />
          )
        }
      />
      {sending !== null && (
        <Suspense>
          <StreamDialog name={sending} onClose={() => setSending(null)} />
        </Suspense>
      )}
    </>
  )
}
