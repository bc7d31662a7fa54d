import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Plus, SearchX, TrendingUp } from "lucide-react"
import { lazy, Suspense } from "react"
import { useCan } from "@/app/session"
import { Progress, State } from "@/kernel/tasks/state"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Chips, SearchBox } from "@/ui/facets"
import { count, percent } from "@/ui/format"
import { Page } from "@/ui/page"
import { Empty, Failed, Loading } from "@/ui/states"
import { When } from "@/ui/when"
import { type ForecastRow, forecastsQuery } from "./queries"
import { forecastsRoute } from "./routes"
import { type ForecastsSearch, KINDS } from "./search"
import { kindWord, tested } from "./words"

const NewForecast = lazy(() => import("./new-forecast"))

const COLUMNS: Column<ForecastRow>[] = [
  {
    id: "name",
    header: "Forecast",
    cell: (row) => (
      <span className="block max-w-[34rem] leading-4">
        <Link
          to="/forecasts/$forecastId"
          params={{ forecastId: row.id }}
          search={{}}
          className="block truncate font-medium hover:underline"
        >
          {row.name}
        </Link>
        <span className="block truncate text-xs text-ink-3">{row.headline ?? row.error ?? row.stage ?? ""}</span>
      </span>
    ),
  },
  { id: "kind", header: "Kind", wide: true, cell: (row) => kindWord(row.kind) },
  {
    id: "state",
    header: "State",
    cell: (row) =>
      row.state === "running" && row.progress !== null ? (
        <Progress value={row.progress} label={`Progress of ${row.name}`} />
      ) : (
        <State state={row.state} />
      ),
  },
  {
    id: "series",
    header: "Series",
    align: "right",
    wide: true,
    cell: (row) => <span className="num">{row.series_count === null ? "–" : count(row.series_count)}</span>,
  },
  {
    id: "tested",
    header: "On the past",
    wide: true,
    cell: (row) => (
      <span className="num">
        {tested(row) ?? <span className="text-ink-3">–</span>}
        {row.measured_coverage !== null && (
          <span className="text-xs text-ink-3"> · bounds held {percent(row.measured_coverage)}</span>
        )}
      </span>
    ),
  },
  {
    id: "made",
    header: "Made",
    align: "right",
    wide: true,
    cell: (row) => <When at={row.finished_at ?? row.created_at} clock="system" />,
  },
]

/** What is foreseen: revenue, demand, stock, customers; or the form that asks for another. */
export function ForecastsPage() {
  const search = forecastsRoute.useSearch()
  const can = useCan()
  if (search.new && can("ai_analytics:generate"))
    return (
      <Page title="New forecast" lead="From your rows to what comes next, with how well it did on the past.">
        <Suspense fallback={<Loading />}>
          <NewForecast dataset={search.dataset} />
        </Suspense>
      </Page>
    )
  return <List search={search} may={can("ai_analytics:generate")} />
}

function List({ search, may }: { search: ForecastsSearch; may: boolean }) {
  const navigate = forecastsRoute.useNavigate()
  const list = useQuery(forecastsQuery(search))
  const change = (part: Partial<ForecastsSearch>, replace = false) =>
    void navigate({ search: (before) => ({ ...before, current: undefined, after: undefined, ...part }), replace })
  const filtered = search.q !== undefined || search.kind !== undefined
  const add = may && (
    <Button asChild variant="solid">
      <Link to="/forecasts" search={{ new: true }}>
        <Plus /> New forecast
      </Link>
    </Button>
  )
  return (
    <Page title="Forecasts" lead="What comes next, with bounds, and how the same way did on the past." actions={add}>
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label="Search forecasts"
          placeholder="Name…"
          value={search.q}
          onChange={(q) => change({ q }, true)}
        />
        <Chips
          label="Kind"
          choices={KINDS.map((kind) => ({ value: kind, label: kindWord(kind) }))}
          chosen={search.kind ? [search.kind] : []}
          onChange={(chosen) => change({ kind: chosen?.find((each) => each !== search.kind) })}
        />
      </div>
      {list.error && !list.data ? (
        <div className="card">
          <Failed error={list.error} retry={() => void list.refetch()} />
        </div>
      ) : (
        <DataTable
          label="Forecasts"
          columns={COLUMNS}
          rows={list.data?.items}
          rowId={(row) => row.id}
          busy={list.isFetching}
          current={search.current}
          onCurrent={(row) =>
            void navigate({ search: (before) => ({ ...before, current: row.id }), replace: true, resetScroll: false })
          }
          onOpen={(row) => void navigate({ to: "/forecasts/$forecastId", params: { forecastId: row.id }, search: {} })}
          empty={
            filtered ? (
              <Empty
                icon={<SearchX />}
                title="No forecast is like that"
                action={<Button onClick={() => change({ q: undefined, kind: undefined })}>Show all forecasts</Button>}
              />
            ) : (
              <Empty icon={<TrendingUp />} title="Nothing is foreseen yet" action={add}>
                A forecast goes on from rows with dates: revenue, demand, stock to order, or customers who may leave.
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
