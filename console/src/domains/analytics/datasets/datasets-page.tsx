import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Plus, SearchX, Table2 } from "lucide-react"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { SearchBox } from "@/ui/facets"
import { count } from "@/ui/format"
import { Page } from "@/ui/page"
import { Empty, Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { type DatasetRow, datasetsQuery } from "./queries"
import { datasetsRoute } from "./routes"
import type { DatasetsSearch } from "./search"
import { bytes, OriginBadge } from "./words"

const COLUMNS: Column<DatasetRow>[] = [
  {
    id: "name",
    header: "Dataset",
    cell: (row) => (
      <span className="block max-w-80 leading-4">
        <Link
          to="/datasets/$datasetId"
          params={{ datasetId: row.dataset_id }}
          search={{}}
          className="block truncate font-medium hover:underline"
        >
          {row.name}
        </Link>
        {row.description && <span className="block truncate text-xs text-ink-3">{row.description}</span>}
      </span>
    ),
  },
  { id: "origin", header: "From", cell: (row) => <OriginBadge origin={row.origin} /> },
  { id: "rows", header: "Rows", align: "right", cell: (row) => <span className="num">{count(row.row_count)}</span> },
  {
    id: "columns",
    header: "Columns",
    align: "right",
    wide: true,
    cell: (row) => <span className="num">{count(row.column_count)}</span>,
  },
  {
    id: "size",
    header: "Size",
    align: "right",
    wide: true,
    cell: (row) => <span className="num">{bytes(row.size_bytes)}</span>,
  },
  {
    id: "set_aside",
    header: "Set aside",
    align: "right",
    wide: true,
    cell: (row) =>
      row.quarantined_rows ? (
        <Link
          to="/datasets/$datasetId"
          params={{ datasetId: row.dataset_id }}
          search={{ tab: "set-aside" }}
          className="num text-review hover:underline"
        >
          {count(row.quarantined_rows)}
          <span className="sr-only"> rows of {row.name}</span>
        </Link>
      ) : (
        <span className="num text-ink-3">0</span>
      ),
  },
  {
    id: "models",
    header: "Models",
    align: "right",
    wide: true,
    cell: (row) => <span className={row.model_count ? "num" : "num text-ink-3"}>{count(row.model_count)}</span>,
  },
  {
    id: "refreshed",
    header: "Read",
    align: "right",
    wide: true,
    cell: (row) => <When at={row.refreshed_at} clock="system" />,
  },
]

/** The tables that models and forecasts learn from. */
export function DatasetsPage() {
  const search = datasetsRoute.useSearch()
  const navigate = datasetsRoute.useNavigate()
  const can = useCan()
  const list = useQuery(datasetsQuery(search))
  const change = (part: Partial<DatasetsSearch>, replace = false) =>
    void navigate({ search: (before) => ({ ...before, current: undefined, ...part }), replace })
  const add = can("ai_analytics:create") && (
    <Button asChild variant="solid">
      <Link to="/datasets/new" search={{}}>
        <Plus /> Add data
      </Link>
    </Button>
  )
  return (
    <Page title="Datasets" lead="Tables that models learn from and forecasts are made of." actions={add}>
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label="Search datasets"
          placeholder="Name or description…"
          value={search.q}
          onChange={(q) => change({ q, after: undefined }, true)}
        />
      </div>
      {list.error && !list.data ? (
        <div className="card">
          <Failed error={list.error} retry={() => void list.refetch()} />
        </div>
      ) : (
        <DataTable
          label="Datasets"
          columns={COLUMNS}
          rows={list.data?.items}
          rowId={(row) => row.dataset_id}
          busy={list.isFetching}
          current={search.current}
          onCurrent={(row) =>
            void navigate({
              search: (before) => ({ ...before, current: row.dataset_id }),
              replace: true,
              resetScroll: false,
            })
          }
          onOpen={(row) =>
            void navigate({ to: "/datasets/$datasetId", params: { datasetId: row.dataset_id }, search: {} })
          }
          empty={
            search.q ? (
              <Empty
                icon={<SearchX />}
                title="No dataset is called that"
                action={<Button onClick={() => change({ q: undefined, after: undefined })}>Show all datasets</Button>}
              />
            ) : (
              <Empty icon={<Table2 />} title="There is no dataset yet" action={add}>
                A dataset is a table of your own: a file, a part of the record, or a query's answer. Train a model or
                make a forecast from it.
              </Empty>
            )
          }
          footer={
            <Pager
              shown={list.data?.items.length ?? 0}
              after={search.after}
              next={list.data?.next}
              onPage={(after) => change({ after })}
            />
          }
        />
      )}
    </Page>
  )
}
