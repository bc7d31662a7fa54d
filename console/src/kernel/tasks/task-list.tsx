import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { ListChecks, RefreshCw, SearchX, X } from "lucide-react"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { allChoices, Chips, countedChoices, FacetMenu } from "@/ui/facets"
import { actor, count, words } from "@/ui/format"
import { SidePanel, useRoom } from "@/ui/side-panel"
import { Empty, Failed } from "@/ui/states"
import { useStill } from "@/ui/still"
import { When } from "@/ui/when"
import { useActing } from "./acting"
import { facetsQuery, listQuery, type Task } from "./queries"
import { isFiltered, STATES, type TaskSearch } from "./search"
import { Progress, State } from "./state"
import { TaskDetail, took } from "./task-detail"

type Row = Task & { gone: boolean }
const route = getRouteApi("/tasks")

const COLUMNS: (Column<Row> & { beside?: false })[] = [
  { id: "state", header: "State", cell: (row) => <State state={row.state} /> },
  {
    id: "kind",
    header: "Task",
    cell: (row) => (
      <span className="block max-w-40 leading-4 sm:max-w-80">
        <span className="block truncate font-medium">{words(row.kind)}</span>
        <span className="block truncate text-xs text-ink-3 empty:hidden">
          {row.gone ? "No longer in this list" : remark(row)}
        </span>
      </span>
    ),
  },
  {
    id: "progress",
    header: "Progress",
    cell: (row) =>
      row.state === "running" ? (
        <Progress value={row.progress} label={`Progress of ${words(row.kind)}`} />
      ) : (
        <span className="text-ink-3">–</span>
      ),
    wide: true,
  },
  {
    id: "attempts",
    header: "Attempts",
    align: "right",
    cell: (row) => <span className="num">{row.attempts}</span>,
    wide: true,
    beside: false,
  },
  {
    id: "by",
    header: "Begun by",
    cell: (row) => <span className="text-ink-2">{actor(row.created_by)}</span>,
    wide: true,
    beside: false,
  },
  {
    id: "took",
    header: "Took",
    align: "right",
    cell: (row) => <span className="num text-ink-2">{took(row)}</span>,
    wide: true,
  },
  {
    id: "made",
    header: "Made",
    align: "right",
    cell: (row) => <When at={row.created_at} clock="system" />,
  },
]

/** What to say of a task beside its state. */
const remark = ({ note, error, state }: Task) => error?.split("\n")[0] ?? (note === state ? null : note)

/** Durable work: what runs, what waits, what failed, what is done. */
export function TaskList() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const may = useCan()("kernel:task:manage")
  const room = useRoom()
  const acting = useActing()
  const { peek, tab: _tab, ...asked } = search
  const list = useQuery({ ...listQuery(asked), placeholderData: keepPreviousData })
  const facets = useQuery({ ...facetsQuery(asked), placeholderData: keepPreviousData })
  const still = useStill(JSON.stringify(asked), list.isPlaceholderData ? undefined : list.data?.items)
  const rows = still.entries?.map(({ row, gone }): Row => ({ ...row, gone }))
  const change = (part: Partial<TaskSearch>) =>
    void navigate({ search: (now) => ({ ...now, after: undefined, peek: undefined, ...part }) })
  const look = (next: string | undefined) =>
    void navigate({ search: (now) => ({ ...now, peek: next }), replace: true, resetScroll: false })
  const filtered = isFiltered(search)
  const clear = () => change({ state: undefined, kind: undefined, subject: undefined })
  const total = facets.data && `${facets.data.capped ? "over " : ""}${count(facets.data.total)}`
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Chips
          label="State"
          choices={allChoices(STATES, words, facets.data?.state)}
          chosen={search.state}
          onChange={(state) => change({ state })}
        />
        <FacetMenu
          label="Kind"
          choices={countedChoices(facets.data?.kind, search.kind)}
          chosen={search.kind}
          onChange={(kind) => change({ kind })}
        />
        {search.subject && (
          <Button onClick={() => change({ subject: undefined })}>
            {search.subject.startsWith("schedule:") ? "One schedule's" : "One subject's"}
            <X aria-label="Remove this filter" />
          </Button>
        )}
        {filtered && (
          <Button variant="ghost" onClick={clear}>
            Clear filters
          </Button>
        )}
        {still.waiting > 0 && (
          <Button className="ml-auto" onClick={still.adopt}>
            <RefreshCw aria-hidden /> {count(still.waiting)} new
          </Button>
        )}
      </div>
      {list.error && !list.data ? (
        <div className="card">
          <Failed error={list.error} retry={() => void list.refetch()} />
        </div>
      ) : (
        <div className="flex items-start gap-4">
          <div className="min-w-0 flex-1">
            <DataTable
              label="Tasks"
              columns={room && peek ? COLUMNS.filter((column) => column.beside !== false) : COLUMNS}
              rows={rows}
              rowId={(row) => row.id}
              busy={still.changing}
              current={peek}
              onCurrent={(row) => look(row.id)}
              empty={
                <Nothing onClear={filtered ? clear : undefined} onSchedules={() => change({ tab: "schedules" })} />
              }
              footer={
                <Pager
                  shown={rows?.length ?? 0}
                  total={total}
                  after={search.after}
                  next={list.data?.next}
                  onPage={(after) => change({ after })}
                />
              }
            />
          </div>
          {peek && (
            <SidePanel title="Task" opens={false} onClose={() => look(undefined)}>
              <TaskDetail key={peek} taskId={peek} acting={acting} may={may} />
            </SidePanel>
          )}
        </div>
      )}
    </div>
  )
}

function Nothing({ onClear, onSchedules }: { onClear: (() => void) | undefined; onSchedules: () => void }) {
  if (onClear)
    return (
      <Empty icon={<SearchX />} title="No task is like that" action={<Button onClick={onClear}>Clear filters</Button>}>
        Take a filter away.
      </Empty>
    )
  return (
    <Empty
      icon={<ListChecks />}
      title="Nothing has been run yet"
      action={<Button onClick={onSchedules}>Look at the schedules</Button>}
    >
      Training, reports and other long work appear here when they are begun.
    </Empty>
  )
}
