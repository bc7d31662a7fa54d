import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { Inbox, Search } from "lucide-react"
import { query } from "@/api/client"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Chips, FacetMenu } from "@/ui/facets"
import { actor } from "@/ui/format"
import { useKeys } from "@/ui/keys"
import { Empty, Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { REQUEST_KINDS, REQUEST_STATES } from "./routes"
import { Due, isUnderWay, kindLabel, type Request, RequestState, stateLabel } from "./state"

const route = getRouteApi("/privacy")
const WORKING_MILLISECONDS = 1_500

/** What people asked, newest first, each with the day by which it must be answered. */
export function RequestsTab() {
  const { kind, state, after, at } = route.useSearch()
  const navigate = route.useNavigate()
  const requests = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/privacy/requests",
      { params: { query: { kind, state, after } } },
      {
        placeholderData: keepPreviousData,
        refetchInterval: ({ state: { data } }) => (data?.items.some(isUnderWay) ? WORKING_MILLISECONDS : false),
      },
    ),
  )
  const find = () => void navigate({ search: { tab: "find" } })
  useKeys({ "/": find })
  const open = (request: Request) => void navigate({ search: (now) => ({ ...now, request: request.id }) })
  const columns: Column<Request>[] = [
    {
      id: "person",
      header: "Who asks",
      cell: (each) => (
        <button type="button" className="max-w-64 truncate font-medium hover:underline" onClick={() => open(each)}>
          {each.person}
        </button>
      ),
    },
    { id: "kind", header: "What", cell: (each) => kindLabel(each.kind) },
    { id: "state", header: "State", cell: (each) => <RequestState state={each.state} /> },
    { id: "due", header: "To be answered", cell: (each) => <Due request={each} /> },
    { id: "came", header: "Came", wide: true, cell: (each) => <When at={each.requested_at} /> },
    {
      id: "by",
      header: "Taken down by",
      wide: true,
      cell: (each) => <span className="text-ink-3">{actor(each.created_by)}</span>,
    },
  ]
  const filtered = kind !== undefined || state !== undefined || after !== undefined
  if (requests.error && !requests.data) return <Failed error={requests.error} retry={() => void requests.refetch()} />
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div className="flex flex-wrap gap-1.5">
          <Chips
            label="What they ask"
            choices={REQUEST_KINDS.map((value) => ({ value, label: value === "export" ? "Copies" : "Erasures" }))}
            chosen={kind ? [kind] : []}
            onChange={(next) => void navigate({ search: { state, kind: next?.find((each) => each !== kind) } })}
          />
          <FacetMenu
            label="State"
            choices={REQUEST_STATES.map((value) => ({ value, label: stateLabel(value) }))}
            chosen={state}
            onChange={(next) => void navigate({ search: { kind, state: next } })}
          />
        </div>
        <Button variant="solid" onClick={find}>
          <Search aria-hidden /> Find a person
        </Button>
      </div>
      <DataTable
        label="Requests of people"
        columns={columns}
        rows={requests.data?.items}
        rowId={(each) => each.id}
        busy={requests.isPlaceholderData}
        current={at}
        onCurrent={(each) => void navigate({ search: (now) => ({ ...now, at: each.id }), replace: true })}
        onOpen={open}
        empty={
          filtered ? (
            <Empty
              icon={<Inbox />}
              title="No such request"
              action={<Button onClick={() => void navigate({ search: {} })}>Show all</Button>}
            />
          ) : (
            <Empty icon={<Inbox />} title="Nobody has asked yet" action={<Button onClick={find}>Find a person</Button>}>
              When somebody asks what you hold about them, or wants it gone, find them first. You have a month to
              answer.
            </Empty>
          )
        }
        footer={
          (after || requests.data?.next) && (
            <Pager
              shown={requests.data?.items.length ?? 0}
              after={after}
              next={requests.data?.next}
              onPage={(next) => void navigate({ search: (now) => ({ ...now, after: next, at: undefined }) })}
            />
          )
        }
      />
    </div>
  )
}
