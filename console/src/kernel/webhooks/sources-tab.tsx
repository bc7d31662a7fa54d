import { useQuery } from "@tanstack/react-query"
import { Link, useNavigate } from "@tanstack/react-router"
import { Ban, CircleCheck, Inbox, Plus } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable } from "@/ui/data-table"
import { count } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { type Source, sourcesQuery } from "./queries"

const SourceDialog = lazy(() => import("./source-dialog"))

/** Who may send messages in, and what came. */
export default function SourcesTab({ mayManage }: { mayManage: boolean }) {
  const navigate = useNavigate({ from: "/settings/$section" })
  const sources = useQuery(sourcesQuery)
  const [adding, setAdding] = useState(false)
  const [current, setCurrent] = useState<string>()
  const columns: Column<Source>[] = [
    {
      id: "name",
      header: "Source",
      cell: (row) => (
        <span className="flex flex-col py-1.5">
          <Link
            to="/settings/$section"
            params={{ section: "webhooks" }}
            search={{ tab: "incoming", of: row.id }}
            className="truncate font-medium hover:underline"
          >
            {row.name}
          </Link>
          <span className="truncate text-xs text-ink-3">{row.kind ? `Proposes ${row.kind}` : "Kept and told"}</span>
        </span>
      ),
    },
    { id: "state", header: "State", cell: (row) => <SourceState source={row} /> },
    {
      id: "counts",
      header: "Messages",
      align: "right",
      cell: (row) => (
        <span className="num text-xs text-ink-2">
          {count(row.received_count)} came
          {row.quarantined_count > 0 && (
            <span className="text-decline">, {count(row.quarantined_count)} set aside</span>
          )}
          {row.refused_count > 0 && `, ${count(row.refused_count)} refused`}
        </span>
      ),
    },
    {
      id: "last",
      header: "Last",
      wide: true,
      cell: (row) =>
        row.received_at ? <When at={row.received_at} clock="system" /> : <span className="text-ink-3">Never</span>,
    },
  ]
  const add = mayManage && (
    <Button variant="solid" onClick={() => setAdding(true)}>
      <Plus /> Add a source
    </Button>
  )
  if (sources.error && !sources.data) return <Failed error={sources.error} retry={() => void sources.refetch()} />
  return (
    <div className="flex flex-col gap-3">
      {(sources.data?.items.length ?? 0) > 0 && add && <div className="flex justify-end">{add}</div>}
      <DataTable
        label="Sources"
        columns={columns}
        rows={sources.data?.items}
        rowId={(row) => row.id}
        current={current}
        onCurrent={(row) => setCurrent(row.id)}
        onOpen={(row) => void navigate({ search: { tab: "incoming", of: row.id } })}
        empty={
          <Empty icon={<Inbox />} title="Nobody sends in yet" action={add || undefined}>
            Add a source, give the sender its address, and its signed messages are kept, or proposed like any other
            application.
          </Empty>
        }
      />
      <Suspense>{adding && <SourceDialog source={null} onClose={() => setAdding(false)} />}</Suspense>
    </div>
  )
}

/** Whether a source is heard. */
export const SourceState = ({ source }: { source: Source }) =>
  source.state === "enabled" ? (
    <Badge tone="good" icon={<CircleCheck aria-hidden />}>
      Open
    </Badge>
  ) : (
    <Badge icon={<Ban aria-hidden />}>Disabled</Badge>
  )
