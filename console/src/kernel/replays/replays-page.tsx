import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { History } from "lucide-react"
import { query, type Schema } from "@/api/client"
import { Badge, Copy } from "@/ui/basics"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { count, percent, words } from "@/ui/format"
import { Page } from "@/ui/page"
import { Empty, Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { replaysRoute } from "./routes"

type Row = Schema["ReplayView"]

const COLUMNS: Column<Row>[] = [
  {
    id: "name",
    header: "Table",
    cell: (row) => (
      <Link to="/replays/$replayId" params={{ replayId: row.id }} className="font-medium hover:underline">
        {row.name}
      </Link>
    ),
  },
  {
    id: "state",
    header: "State",
    cell: (row) => (
      <Badge tone={row.state === "done" ? "neutral" : "info"}>
        {words(row.state)}
        {row.state === "deciding" && row.rows_total > 0 && ` ${percent(row.rows_done / row.rows_total)}`}
      </Badge>
    ),
  },
  {
    id: "rows",
    header: "Rows decided",
    align: "right",
    cell: (row) => <span className="num">{count(row.rows_done)}</span>,
  },
  {
    id: "organization",
    header: "Sandbox",
    wide: true,
    cell: (row) => <span className="mono text-ink-3">{row.organization}</span>,
  },
  { id: "created", header: "Begun", align: "right", cell: (row) => <When at={row.created_at} clock="system" /> },
]

/** Replays: what would have been decided about past cases with known ends. */
export function ReplaysPage() {
  const { after } = replaysRoute.useSearch()
  const navigate = replaysRoute.useNavigate()
  const replays = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/replays",
      { params: { query: { after } } },
      { placeholderData: keepPreviousData },
    ),
  )
  return (
    <Page title="Replays" lead="What would have been decided about past cases whose end is known.">
      {replays.error && !replays.data ? (
        <Failed error={replays.error} retry={() => void replays.refetch()} />
      ) : (
        <DataTable
          label="Replays"
          columns={COLUMNS}
          rows={replays.data?.items}
          rowId={(row) => row.id}
          busy={replays.isFetching}
          onCurrent={(row) => void navigate({ to: "/replays/$replayId", params: { replayId: row.id } })}
          empty={
            <Empty icon={<History />} title="No replay yet">
              Any table of past cases with known ends will do. Run this where the server runs:
              <span className="mt-2 block">
                <Copy text="intendant replay FILE --yes" />
              </span>
            </Empty>
          }
          footer={
            <Pager
              shown={replays.data?.items.length ?? 0}
              after={after}
              next={replays.data?.next}
              onPage={(next) => void navigate({ search: { after: next } })}
            />
          }
        />
      )}
    </Page>
  )
}
