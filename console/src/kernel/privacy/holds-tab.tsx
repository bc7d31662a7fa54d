import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { Gavel, Plus } from "lucide-react"
import { useState } from "react"
import { api, once, query, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Confirm } from "@/ui/dialog"
import { Chips } from "@/ui/facets"
import { actor, words } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { toast } from "@/ui/toast"
import { When } from "@/ui/when"
import { HoldDialog } from "./hold-dialog"
import { useRefresh } from "./queries"

type Hold = Schema["HoldView"]
const route = getRouteApi("/privacy")
const SHORT = 8

/** What must be kept whatever else is asked, and what was released. */
export function HoldsTab() {
  const { hold, after, at } = route.useSearch()
  const navigate = route.useNavigate()
  const mayManage = useCan()("kernel:retention:manage")
  const refresh = useRefresh()
  const [placing, setPlacing] = useState(false)
  const [releasing, setReleasing] = useState<Hold | null>(null)
  const holds = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/privacy/holds",
      { params: { query: { open: hold && hold === "open", after } } },
      { placeholderData: keepPreviousData },
    ),
  )
  const columns: Column<Hold>[] = [
    {
      id: "what",
      header: "What is kept",
      cell: (each) =>
        each.data_class ? (
          <span className="font-medium">Every {words(each.data_class.split(".").at(-1) ?? "").toLowerCase()}</span>
        ) : (
          <span>
            One case <span className="mono text-xs">…{each.root?.slice(-SHORT)}</span>
          </span>
        ),
    },
    {
      id: "state",
      header: "State",
      cell: (each) =>
        each.released_at ? (
          <Badge>Released</Badge>
        ) : (
          <Badge tone="warn" icon={<Gavel aria-hidden />}>
            In force
          </Badge>
        ),
    },
    {
      id: "why",
      header: "Why",
      cell: (each) => (
        <div className="max-w-96 py-1.5 whitespace-normal">
          {each.reason}
          {each.release_reason && <span className="block text-xs text-ink-3">Released: {each.release_reason}</span>}
        </div>
      ),
    },
    {
      id: "placed",
      header: "Placed",
      wide: true,
      cell: (each) => (
        <span className="text-ink-3">
          <When at={each.placed_at} clock="system" /> by {actor(each.placed_by)}
        </span>
      ),
    },
    {
      id: "acts",
      header: <span className="sr-only">Actions</span>,
      align: "right",
      cell: (each) =>
        mayManage &&
        !each.released_at && (
          <Button size="sm" aria-label={`Release the hold: ${each.reason}`} onClick={() => setReleasing(each)}>
            Release
          </Button>
        ),
    },
  ]
  const release = async (reason: string) => {
    await api.POST("/api/v1/privacy/holds/{hold_id}/release", {
      params: { path: { hold_id: releasing!.id } },
      body: { reason },
      headers: once(),
    })
    await refresh()
    toast("The hold is released")
  }
  if (holds.error && !holds.data) return <Failed error={holds.error} retry={() => void holds.refetch()} />
  const place = mayManage && (
    <Button variant="solid" onClick={() => setPlacing(true)}>
      <Plus aria-hidden /> Hold a class of data
    </Button>
  )
  const none = holds.data?.items.length === 0 && !hold && !after
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Chips
          label="Holds"
          choices={[
            { value: "open", label: "In force" },
            { value: "released", label: "Released" },
          ]}
          chosen={hold ? [hold] : []}
          onChange={(next) => void navigate({ search: { tab: "holds", hold: next?.find((each) => each !== hold) } })}
        />
        {!none && place}
      </div>
      <DataTable
        label="Legal holds"
        columns={columns}
        rows={holds.data?.items}
        rowId={(each) => each.id}
        busy={holds.isPlaceholderData}
        current={at}
        onCurrent={(each) => void navigate({ search: (now) => ({ ...now, at: each.id }), replace: true })}
        empty={
          <Empty
            icon={<Gavel />}
            title={none ? "No legal hold" : "None of these"}
            action={none ? place || undefined : undefined}
          >
            A hold keeps one case or a whole class, whatever a rule says or a person asks. To hold one case, find its
            person first.
          </Empty>
        }
        footer={
          (after || holds.data?.next) && (
            <Pager
              shown={holds.data?.items.length ?? 0}
              after={after}
              next={holds.data?.next}
              onPage={(next) => void navigate({ search: (now) => ({ ...now, after: next, at: undefined }) })}
            />
          )
        }
      />
      {placing && <HoldDialog onClose={() => setPlacing(false)} />}
      <Confirm
        open={releasing !== null}
        onClose={() => setReleasing(null)}
        title="Release the hold?"
        confirm="Release"
        reason
        onConfirm={release}
      >
        Rules of retention and requests of people apply again.
      </Confirm>
    </div>
  )
}
