import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link, useNavigate, useSearch } from "@tanstack/react-router"
import { MailCheck, RefreshCw, RotateCw, SearchX } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Peek } from "@/ui/dialog"
import { Chips } from "@/ui/facets"
import { Select } from "@/ui/field"
import { actor, count } from "@/ui/format"
import { Empty, Failed, Fetched } from "@/ui/states"
import { useStill } from "@/ui/still"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { CHANNELS, channelsQuery, DELIVERIES, type Delivery, deliveriesQuery, deliveryQuery, refresh } from "./queries"
import { DELIVERY_STATES, DeliveryState, deliveryLabel } from "./states"

const WHAT: Record<Delivery["what"], string> = {
  alert: "Alert",
  digest: "Digest after quiet",
  acknowledged: "Acknowledged",
  ended: "Over",
  test: "Test",
}

/** Every message over every channel, and what became of it. */
export default function DeliveriesTab({ mayManage }: { mayManage: boolean }) {
  const search = useSearch({ from: "/settings/$section" })
  const navigate = useNavigate({ from: "/settings/$section" })
  const state = DELIVERY_STATES.find((each) => each === search.state)
  const asked = { state, channel: search.of, after: search.after }
  const list = useQuery(deliveriesQuery(asked))
  const channels = useQuery(channelsQuery)
  const still = useStill(JSON.stringify(asked), list.isPlaceholderData ? undefined : list.data?.items)
  const [current, setCurrent] = useState<string>()
  const again = useSendAgain()
  const go = (part: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, after: undefined, ...part }) })
  const look = (peek: string | undefined) =>
    void navigate({ search: (now) => ({ ...now, peek }), replace: true, resetScroll: false })
  const columns: Column<Delivery>[] = [
    { id: "state", header: "State", cell: (row) => <DeliveryState state={row.state} /> },
    {
      id: "subject",
      header: "Message",
      cell: (row) => (
        <span className="flex flex-col py-1.5">
          <button type="button" className="truncate text-left font-medium hover:underline" onClick={() => look(row.id)}>
            {row.subject}
          </button>
          <span className="line-clamp-2 text-xs whitespace-normal text-ink-3">{row.why ?? WHAT[row.what]}</span>
        </span>
      ),
    },
    { id: "channel", header: "Channel", wide: true, cell: (row) => row.channel_name },
    {
      id: "attempts",
      header: "Tries",
      wide: true,
      align: "right",
      cell: (row) => (
        <span className="num text-ink-3">
          {row.attempts} of {row.what === "test" ? 1 : row.attempts_max}
        </span>
      ),
    },
    { id: "at", header: "Made", wide: true, cell: (row) => <When at={row.created_at} clock="system" /> },
    {
      id: "acts",
      header: <span className="sr-only">Actions</span>,
      align: "right",
      cell: (row) =>
        mayManage &&
        row.state === "dead" && (
          <Button size="sm" aria-label={`Send again: ${row.subject}`} onClick={() => again.mutate(row)}>
            <RotateCw aria-hidden /> Send again
          </Button>
        ),
    },
  ]
  if (list.error && !list.data) return <Failed error={list.error} retry={() => void list.refetch()} />
  const moved = still.waiting + (still.entries?.filter(({ gone }) => gone).length ?? 0)
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Chips
          label="State"
          choices={DELIVERY_STATES.map((value) => ({ value, label: deliveryLabel(value) }))}
          chosen={state ? [state] : []}
          onChange={(chosen) => go({ state: chosen?.at(-1) })}
        />
        <span className="w-44">
          <Select
            aria-label="Channel"
            value={search.of ?? ""}
            onChange={(event) => go({ of: event.target.value || undefined })}
          >
            <option value="">All channels</option>
            {channels.data?.items.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </span>
        <span role="status" className="ml-auto">
          {moved > 0 && (
            <Button size="sm" variant="ghost" onClick={still.adopt}>
              <RefreshCw aria-hidden /> {still.waiting > 0 ? `${count(still.waiting)} new` : "Changed"}: update
            </Button>
          )}
        </span>
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
          state || search.of ? (
            <Empty
              icon={<SearchX />}
              title="No message is like that"
              action={<Button onClick={() => go({ state: undefined, of: undefined })}>Clear filters</Button>}
            >
              Take a filter away.
            </Empty>
          ) : (
            <Empty icon={<MailCheck />} title="Nothing was sent yet">
              Each message stands here with what came of it, as soon as an alert is told or a channel is tested.
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
        {search.peek && <Detail id={search.peek} mayManage={mayManage} />}
      </Peek>
    </div>
  )
}

function useSendAgain() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (row: Delivery) =>
      api.POST("/api/v1/deliveries/{delivery_id}/send-again", {
        params: { path: { delivery_id: row.id } },
        headers: once(),
      }),
    onSuccess: () => toast("It is sent again now"),
    onError: (error) => toastError(error),
    onSettled: () => refresh(client, DELIVERIES, CHANNELS),
  })
}

function Detail({ id, mayManage }: { id: string; mayManage: boolean }) {
  const delivery = useQuery({ ...deliveryQuery(id), refetchInterval: 2_000 })
  const again = useSendAgain()
  return (
    <Fetched query={delivery}>
      {(row) => (
        <div className="flex flex-col gap-4">
          <div>
            <DeliveryState state={row.state} />
            <h2 className="mt-2 text-base font-semibold break-words">{row.subject}</h2>
            {row.why && <p className="mt-1 text-[13px] break-words text-ink-2">{row.why}</p>}
          </div>
          {mayManage && row.state === "dead" && (
            <Button className="self-start" busy={again.isPending} onClick={() => again.mutate(row)}>
              <RotateCw aria-hidden /> Send again
            </Button>
          )}
          <Facts
            items={[
              ["What", WHAT[row.what]],
              ["Channel", row.channel_name],
              ["By rule", row.rule_name ?? "–"],
              ["Tries", `${row.attempts} of ${row.what === "test" ? 1 : row.attempts_max}`],
              ["Made", <When key="made" at={row.created_at} clock="system" />],
              ...(row.sent_at
                ? ([["Sent", <When key="sent" at={row.sent_at} clock="system" />]] as [string, React.ReactNode][])
                : []),
              ...(row.state === "queued"
                ? ([["Next try", <When key="due" at={row.due_at} clock="system" />]] as [string, React.ReactNode][])
                : []),
              ["By", actor(row.created_by)],
            ]}
          />
          {row.answer && (
            <section>
              <h3 className="mb-1 text-[13px] font-semibold">Answer of the provider</h3>
              <p className="mono rounded-control border bg-sunken p-2 text-xs break-words whitespace-pre-wrap">
                {row.answer}
              </p>
            </section>
          )}
          {row.alert_ids.length > 0 && (
            <section>
              <h3 className="mb-1 text-[13px] font-semibold">
                {row.alert_count === 1 ? "The alert" : `${count(row.alert_count)} alerts`}
              </h3>
              <ul className="flex flex-col gap-1 text-[13px]">
                {row.alert_ids.slice(0, 20).map((alert, at) => (
                  <li key={alert}>
                    <Link to="/alerts" search={{ peek: alert }} className="text-accent hover:underline">
                      {row.alert_count === 1 ? "Open it" : `Alert ${at + 1}`}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      )}
    </Fetched>
  )
}
