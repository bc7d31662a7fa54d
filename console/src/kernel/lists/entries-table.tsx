import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { ListX, Plus, SearchX } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Chips, SearchBox } from "@/ui/facets"
import { actor, count } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { type Entry, entriesQuery, type List, refreshLists, type Standing } from "./queries"
import { ENTRY_STANDINGS } from "./routes"

const route = getRouteApi("/lists/$listId")
const STANDINGS: Record<Standing, string> = { open: "On the list", expired: "Ran out", removed: "Taken off" }
const UNDO_MILLISECONDS = 15_000

/** The values of a list: those that count now, that ran out, or that were taken off. */
export function EntriesTable({ list, onAdd }: { list: List; onAdd: () => void }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayManage = useCan()("kernel:list:manage")
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const standing = search.standing ?? "open"
  const entries = useQuery(entriesQuery(list.id, { q: search.q, standing, after: search.after }))
  const rows = entries.data?.items
  const takeOff = useTakeOff(list, () => setChosen(new Set()))
  const selecting = mayManage && standing === "open"
  const selected = rows?.filter((entry) => chosen.has(entry.id)) ?? []
  const change = (part: Partial<typeof search>, replace = false) => {
    setChosen(new Set())
    void navigate({ search: (now) => ({ ...now, after: undefined, at: undefined, ...part }), replace })
  }
  if (entries.error && !entries.data)
    return (
      <div className="card">
        <Failed error={entries.error} retry={() => void entries.refetch()} />
      </div>
    )
  const filtered = Boolean(search.q || search.standing || search.after)
  const toggle = (id: string) =>
    setChosen((now) => new Set(now.has(id) ? [...now].filter((each) => each !== id) : [...now, id]))
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label="Search values"
          placeholder="How a value begins…"
          value={search.q}
          onChange={(q) => change({ q }, true)}
        />
        <Chips
          label="How they stand"
          choices={ENTRY_STANDINGS.map((value) => ({
            value,
            label: STANDINGS[value],
            count: value === "open" ? list.open_count : undefined,
          }))}
          chosen={[standing]}
          onChange={(next) => {
            const other = next?.find((each) => each !== standing)
            if (other) change({ standing: other === "open" ? undefined : other })
          }}
        />
        {selected.length > 0 && (
          <Button className="ml-auto" busy={takeOff.isPending} onClick={() => takeOff.mutate(selected)}>
            <ListX /> Take {count(selected.length)} off
          </Button>
        )}
      </div>
      <DataTable
        label={`Values of ${list.label}`}
        columns={columnsOf(standing, mayManage ? (entry) => takeOff.mutate([entry]) : null, takeOff.isPending)}
        rows={rows}
        rowId={(entry) => entry.id}
        busy={entries.isPlaceholderData}
        current={search.at}
        onCurrent={(entry) =>
          void navigate({ search: (now) => ({ ...now, at: entry.id }), replace: true, resetScroll: false })
        }
        selection={
          selecting
            ? {
                ids: chosen,
                toggle,
                toggleAll: (ids) => setChosen(new Set(ids)),
                label: (id) => `Select ${rows?.find((entry) => entry.id === id)?.shown ?? "this value"}`,
              }
            : undefined
        }
        empty={
          filtered ? (
            <Empty
              icon={<SearchX />}
              title="No such value"
              action={
                <Button onClick={() => change({ q: undefined, standing: undefined })}>Show what counts now</Button>
              }
            />
          ) : (
            <Empty
              icon={<Plus />}
              title="Nothing stands on this list"
              action={
                mayManage && (
                  <Button variant="solid" onClick={onAdd}>
                    <Plus /> Add values
                  </Button>
                )
              }
            >
              Add one value or paste many. Each may run out by itself, and who stood here on a day stays known.
            </Empty>
          )
        }
        footer={
          (search.after || entries.data?.next) && (
            <Pager
              shown={rows?.length ?? 0}
              after={search.after}
              next={entries.data?.next}
              onPage={(after) => change({ after })}
            />
          )
        }
      />
    </div>
  )
}

const EMPTY = <span className="text-ink-3">–</span>

function columnsOf(standing: Standing, onTakeOff: ((entry: Entry) => void) | null, busy: boolean): Column<Entry>[] {
  const columns: (Column<Entry> | false)[] = [
    { id: "value", header: "Value", cell: (entry) => <span className="num font-medium">{entry.shown}</span> },
    {
      id: "reason",
      header: "Reason",
      wide: true,
      cell: (entry) => (entry.reason ? <span title={entry.reason}>{entry.reason}</span> : EMPTY),
    },
    {
      id: "expires",
      header: standing === "expired" ? "Ran out" : "Runs out",
      cell: (entry) => (entry.expires_at ? <When at={entry.expires_at} /> : <span className="text-ink-3">never</span>),
    },
    {
      id: "added",
      header: "Added",
      wide: true,
      cell: (entry) => (
        <span className="text-ink-3">
          <When at={entry.added_at} /> by {actor(entry.added_by)}
        </span>
      ),
    },
    standing === "removed" && {
      id: "ended",
      header: "Taken off",
      cell: (entry) =>
        entry.ended_at ? (
          <span className="text-ink-3">
            <When at={entry.ended_at} />
            {entry.ended_by && ` by ${actor(entry.ended_by)}`}
          </span>
        ) : (
          EMPTY
        ),
    },
    standing === "open" &&
      onTakeOff !== null && {
        id: "acts",
        header: <span className="sr-only">Actions</span>,
        align: "right",
        cell: (entry) => (
          <Button
            size="sm"
            variant="ghost"
            disabled={busy}
            aria-label={`Take off ${entry.shown}`}
            onClick={() => onTakeOff(entry)}
          >
            <ListX /> Take off
          </Button>
        ),
      },
  ]
  return columns.filter((column) => column !== false)
}

/** Take values off, and offer to put them back as they stood. */
function useTakeOff(list: List, onDone: () => void) {
  const client = useQueryClient()
  const path = { list_id: list.id }
  const putBack = useMutation({
    mutationFn: async (entries: Entry[]) => {
      const body = {
        entries: entries.map(({ shown, expires_at, reason }) => ({ value: shown, expires_at, reason })),
        text: "",
        reason: "",
      }
      return (await api.POST("/api/v1/lists/{list_id}/entries", { params: { path }, body, headers: once() })).data!
    },
    onSuccess: async ({ rejected }) => {
      await refreshLists(client)
      toast(rejected === 0 ? "Back on the list" : `${count(rejected)} had run out meanwhile and stay off`)
    },
    onError: (error) => toastError(error),
  })
  return useMutation({
    mutationFn: async (entries: Entry[]) => {
      const body = { entry_ids: entries.map((entry) => entry.id), reason: "" }
      return (await api.POST("/api/v1/lists/{list_id}/entries/remove", { params: { path }, body, headers: once() }))
        .data!
    },
    onSuccess: async ({ removed }, entries) => {
      onDone()
      await refreshLists(client)
      toast(
        entries.length === 1 ? `${entries[0]!.shown} is off the list` : `${count(removed)} values are off the list`,
        {
          action: { label: "Undo", run: () => putBack.mutate(entries) },
          milliseconds: UNDO_MILLISECONDS,
        },
      )
    },
    onError: (error) => toastError(error),
  })
}
