import { useQuery } from "@tanstack/react-query"
import { Link, useNavigate } from "@tanstack/react-router"
import { Plus, Webhook } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { Button } from "@/ui/button"
import { type Column, DataTable } from "@/ui/data-table"
import { Empty, Failed } from "@/ui/states"
import { type Endpoint, endpointsQuery } from "./queries"
import { EndpointState, upTo } from "./states"

const EndpointDialog = lazy(() => import("./endpoint-dialog"))

/** The addresses that are told of events, and how each does. */
export function EndpointsTab({ mayManage }: { mayManage: boolean }) {
  const navigate = useNavigate({ from: "/settings/$section" })
  const endpoints = useQuery(endpointsQuery)
  const [adding, setAdding] = useState(false)
  const [current, setCurrent] = useState<string>()
  const columns: Column<Endpoint>[] = [
    {
      id: "url",
      header: "Endpoint",
      cell: (row) => (
        <span className="flex flex-col py-1.5">
          <Link
            to="/settings/$section"
            params={{ section: "webhooks" }}
            search={{ of: row.id }}
            className="truncate font-medium hover:underline"
          >
            {row.description || row.url}
          </Link>
          {row.description && <span className="truncate text-xs text-ink-3">{row.url}</span>}
        </span>
      ),
    },
    { id: "events", header: "Events", wide: true, cell: (row) => <EventNames names={row.events} /> },
    { id: "state", header: "State", cell: (row) => <EndpointState endpoint={row} /> },
    {
      id: "counts",
      header: "Backlog",
      wide: true,
      align: "right",
      cell: (row) => (
        <span className="num text-xs text-ink-2">
          {upTo(row.waiting_count)} wait
          {row.dead_count > 0 && <span className="text-decline">, {upTo(row.dead_count)} dead</span>}
        </span>
      ),
    },
  ]
  const add = mayManage && (
    <Button variant="solid" onClick={() => setAdding(true)}>
      <Plus /> Add an endpoint
    </Button>
  )
  if (endpoints.error && !endpoints.data)
    return <Failed error={endpoints.error} retry={() => void endpoints.refetch()} />
  return (
    <div className="flex flex-col gap-3">
      {(endpoints.data?.items.length ?? 0) > 0 && add && <div className="flex justify-end">{add}</div>}
      <DataTable
        label="Endpoints"
        columns={columns}
        rows={endpoints.data?.items}
        rowId={(row) => row.id}
        current={current}
        onCurrent={(row) => setCurrent(row.id)}
        onOpen={(row) => void navigate({ search: { of: row.id } })}
        empty={
          <Empty icon={<Webhook />} title="No other system is told yet" action={add || undefined}>
            Add an address of yours, and each event you choose is posted to it, signed, a moment after it happened.
          </Empty>
        }
      />
      <Suspense>{adding && <EndpointDialog endpoint={null} onClose={() => setAdding(false)} />}</Suspense>
    </div>
  )
}

/** The names of events, the first of them written out. */
export function EventNames({ names }: { names: string[] }) {
  if (names.includes("*")) return <span className="text-ink-2">All events</span>
  return (
    <span className="mono text-xs text-ink-2" title={names.join("\n")}>
      {names.slice(0, 2).join(", ")}
      {names.length > 2 && ` and ${names.length - 2} more`}
    </span>
  )
}
