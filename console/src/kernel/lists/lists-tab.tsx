import { useQuery } from "@tanstack/react-query"
import { getRouteApi, Link } from "@tanstack/react-router"
import { ListFilterPlus, Plus, SearchX } from "lucide-react"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { SearchBox } from "@/ui/facets"
import { actor, count } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { COUNTED_MAX, HOLDS, type List, listsQuery } from "./queries"
import { UsedBy } from "./used-by"

const route = getRouteApi("/lists")

const COLUMNS: Column<List>[] = [
  {
    id: "name",
    header: "List",
    cell: (list) => (
      <span className="flex items-baseline gap-2">
        <Link to="/lists/$listId" params={{ listId: list.id }} className="truncate font-medium hover:underline">
          {list.label}
        </Link>
        <span className="mono truncate text-2xs text-ink-3">{list.name}</span>
      </span>
    ),
  },
  { id: "holds", header: "Holds", wide: true, cell: (list) => <span className="text-ink-3">{HOLDS[list.holds]}</span> },
  {
    id: "open",
    header: "Values",
    align: "right",
    cell: (list) => (
      <span className="num">
        {list.open_count >= COUNTED_MAX && "over "}
        {count(list.open_count)}
      </span>
    ),
  },
  {
    id: "past",
    header: "Past values",
    align: "right",
    wide: true,
    cell: (list) => <span className="num text-ink-3">{count(list.total_count - list.open_count)}</span>,
  },
  { id: "used", header: "Asked by (rules)", cell: (list) => <UsedBy uses={list.used_by} /> },
  {
    id: "created",
    header: "Begun",
    wide: true,
    cell: (list) => (
      <span className="text-ink-3">
        <When at={list.created_at} /> by {actor(list.created_by)}
      </span>
    ),
  },
]

/** All lists, with how much stands on each and who asks it. */
export function ListsTab({ onCreate }: { onCreate: () => void }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayManage = useCan()("kernel:list:manage")
  const lists = useQuery(listsQuery(search.q, search.after))
  const open = (list: List) => void navigate({ to: "/lists/$listId", params: { listId: list.id }, search: {} })
  if (lists.error && !lists.data)
    return (
      <div className="card">
        <Failed error={lists.error} retry={() => void lists.refetch()} />
      </div>
    )
  const none = lists.data?.items.length === 0 && !search.q && !search.after
  return (
    <div className="flex flex-col gap-3">
      {!none && (
        <SearchBox
          label="Search lists"
          placeholder="Part of a name…"
          value={search.q}
          onChange={(q) =>
            void navigate({ search: (now) => ({ ...now, q, after: undefined, at: undefined }), replace: true })
          }
        />
      )}
      <DataTable
        label="Lists"
        columns={COLUMNS}
        rows={lists.data?.items}
        rowId={(list) => list.id}
        busy={lists.isPlaceholderData}
        current={search.at}
        onCurrent={(list) =>
          void navigate({ search: (now) => ({ ...now, at: list.id }), replace: true, resetScroll: false })
        }
        onOpen={open}
        empty={
          none ? (
            <Empty
              icon={<ListFilterPlus />}
              title="No list yet"
              action={
                mayManage && (
                  <Button variant="solid" onClick={onCreate}>
                    <Plus /> New list
                  </Button>
                )
              }
            >
              Keep values by a name, such as blocked addresses or known customers. A rule then asks “is on the list”,
              and the list changes without a new version of the policy.
            </Empty>
          ) : (
            <Empty
              icon={<SearchX />}
              title="No list is called that"
              action={<Button onClick={() => void navigate({ search: {} })}>Show all</Button>}
            />
          )
        }
        footer={
          (search.after || lists.data?.next) && (
            <Pager
              shown={lists.data?.items.length ?? 0}
              after={search.after}
              next={lists.data?.next}
              onPage={(after) => void navigate({ search: (now) => ({ ...now, after, at: undefined }) })}
            />
          )
        }
      />
    </div>
  )
}
