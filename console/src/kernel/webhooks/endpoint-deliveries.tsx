import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { RefreshCw, RotateCw, SearchX, Send } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Confirm, Peek } from "@/ui/dialog"
import { Chips, SearchBox } from "@/ui/facets"
import { count } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { useStill } from "@/ui/still"
import { toast } from "@/ui/toast"
import { When } from "@/ui/when"
import { DeliveryDetail } from "./delivery-detail"
import { type Delivery, deliveriesQuery, type Endpoint, refresh } from "./queries"
import { DELIVERY_LABELS, DELIVERY_STATES, DeliveryState } from "./states"

const MONTH_MILLISECONDS = 30 * 86_400_000

/** What was or is to be sent to an endpoint, with every try; the dead ones too. */
export function EndpointDeliveries({ endpoint, mayManage }: { endpoint: Endpoint; mayManage: boolean }) {
  const search = useSearch({ from: "/settings/$section" })
  const navigate = useNavigate({ from: "/settings/$section" })
  const client = useQueryClient()
  const [current, setCurrent] = useState<string>()
  const [retrying, setRetrying] = useState(false)
  const state = DELIVERY_STATES.find((each) => each === search.state)
  const asked = { state, event: search.words, after: search.after }
  const list = useQuery(deliveriesQuery(endpoint.id, asked))
  const still = useStill(JSON.stringify(asked), list.isPlaceholderData ? undefined : list.data?.items)
  const go = (part: Partial<typeof search>, replace = false) =>
    void navigate({ search: (now) => ({ ...now, after: undefined, ...part }), replace, resetScroll: false })
  const look = (peek: string | undefined) =>
    void navigate({ search: (now) => ({ ...now, peek }), replace: true, resetScroll: false })
  const retryAll = useMutation({
    mutationFn: async () =>
      (
        await api.POST("/api/v1/webhooks/endpoints/{endpoint_id}/retry", {
          params: { path: { endpoint_id: endpoint.id } },
          body: { since: new Date(Date.now() - MONTH_MILLISECONDS).toISOString() },
          headers: once(),
        })
      ).data!,
    onSuccess: ({ count: sent, more }) =>
      toast(`${count(sent)} ${sent === 1 ? "delivery is" : "deliveries are"} sent again`, {
        detail: more ? "There are more: do it again when these are through." : undefined,
      }),
    onSettled: () => refresh(client),
  })
  const columns: Column<Delivery>[] = [
    { id: "state", header: "State", cell: (row) => <DeliveryState row={row} /> },
    {
      id: "event",
      header: "Event",
      cell: (row) => (
        <span className="flex flex-col py-1.5">
          <button
            type="button"
            className="mono truncate text-left text-xs hover:underline"
            onClick={() => look(row.id)}
          >
            {row.event_name}
          </button>
          {row.last_problem && <span className="truncate text-xs text-ink-3">{row.last_problem}</span>}
        </span>
      ),
    },
    {
      id: "status",
      header: "Answer",
      align: "right",
      cell: (row) => <span className="num">{row.last_status ?? "–"}</span>,
    },
    {
      id: "tries",
      header: "Tries",
      align: "right",
      wide: true,
      cell: (row) => <span className="num">{row.attempts}</span>,
    },
    {
      id: "due",
      header: "Next try",
      wide: true,
      cell: (row) => (row.due_at ? <When at={row.due_at} clock="system" /> : <span className="text-ink-3">–</span>),
    },
    { id: "at", header: "Made", wide: true, cell: (row) => <When at={row.created_at} clock="system" /> },
  ]
  if (list.error && !list.data) return <Failed error={list.error} retry={() => void list.refetch()} />
  const moved = still.waiting + (still.entries?.filter(({ gone }) => gone).length ?? 0)
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Chips
          label="State"
          choices={DELIVERY_STATES.map((value) => ({ value, label: DELIVERY_LABELS[value] }))}
          chosen={state ? [state] : []}
          onChange={(chosen) => go({ state: chosen?.at(-1) })}
        />
        <SearchBox
          label="Events whose name begins with"
          placeholder="Event begins with…"
          value={search.words}
          onChange={(words) => go({ words }, true)}
        />
        <span role="status" className="ml-auto">
          {moved > 0 && (
            <Button size="sm" variant="ghost" onClick={still.adopt}>
              <RefreshCw aria-hidden /> {still.waiting > 0 ? `${count(still.waiting)} new` : "Changed"}: update
            </Button>
          )}
        </span>
        {mayManage && (endpoint.dead_count > 0 || endpoint.failing_since) && (
          <Button onClick={() => setRetrying(true)}>
            <RotateCw aria-hidden /> Send all failed again…
          </Button>
        )}
      </div>
      <DataTable
        label="Deliveries"
        columns={columns}
        rows={still.entries?.map(({ row }) => row)}
        rowId={(row) => row.id}
        busy={still.changing}
        current={current}
        onCurrent={(row) => setCurrent(row.id)}
        onOpen={(row) => look(row.id)}
        empty={
          state || search.words ? (
            <Empty
              icon={<SearchX />}
              title="No delivery is like that"
              action={<Button onClick={() => go({ state: undefined, words: undefined })}>Clear filters</Button>}
            >
              Take a filter away.
            </Empty>
          ) : (
            <Empty icon={<Send />} title="Nothing was sent yet">
              Events that happen from now on stand here, with every try. Send a test to see one.
            </Empty>
          )
        }
        footer={
          (search.after || list.data?.next) && (
            <Pager
              shown={still.entries?.length ?? 0}
              after={search.after}
              next={list.data?.next}
              onPage={(after) => go({ after })}
            />
          )
        }
      />
      <Peek open={search.peek !== undefined} onClose={() => look(undefined)} title="Delivery">
        {search.peek && <DeliveryDetail id={search.peek} mayManage={mayManage} />}
      </Peek>
      <Confirm
        open={retrying}
        onClose={() => setRetrying(false)}
        title="Send all that failed again?"
        confirm="Send again"
        onConfirm={() => retryAll.mutateAsync()}
      >
        All that is dead or waits after a failure, of the last 30 days, is sent now, each under its own webhook-id.
      </Confirm>
    </div>
  )
}
