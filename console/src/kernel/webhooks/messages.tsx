import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link, useNavigate, useSearch } from "@tanstack/react-router"
import { Inbox, RefreshCw, RotateCw, SearchX } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { Copy, Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Peek } from "@/ui/dialog"
import { Chips } from "@/ui/facets"
import { count } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Empty, Failed, Fetched } from "@/ui/states"
import { useStill } from "@/ui/still"
import { toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { type Message, messageQuery, messagesQuery, refresh, type Source } from "./queries"
import { MESSAGE_LABELS, MESSAGE_STATES, MessageState } from "./states"

/** What a source sent, and what came of each; what was set aside can be tried again. */
export function Messages({ source, mayManage }: { source: Source; mayManage: boolean }) {
  const search = useSearch({ from: "/settings/$section" })
  const navigate = useNavigate({ from: "/settings/$section" })
  const state = MESSAGE_STATES.find((each) => each === search.state)
  const [current, setCurrent] = useState<string>()
  const asked = { state, after: search.after }
  const list = useQuery(messagesQuery(source.id, asked))
  const still = useStill(JSON.stringify(asked), list.isPlaceholderData ? undefined : list.data?.items)
  const retry = useRetry()
  const go = (part: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, after: undefined, ...part }), resetScroll: false })
  const look = (peek: string | undefined) =>
    void navigate({ search: (now) => ({ ...now, peek }), replace: true, resetScroll: false })
  const columns: Column<Message>[] = [
    { id: "state", header: "Verdict", cell: (row) => <MessageState state={row.state} /> },
    {
      id: "id",
      header: "Message",
      cell: (row) => (
        <span className="flex flex-col py-1.5">
          {mayManage ? (
            <button
              type="button"
              className="mono truncate text-left text-xs hover:underline"
              onClick={() => look(row.id)}
            >
              {row.message_id}
            </button>
          ) : (
            <span className="mono truncate text-xs">{row.message_id}</span>
          )}
          {row.reason && <span className="line-clamp-2 text-xs whitespace-normal text-ink-3">{row.reason}</span>}
        </span>
      ),
    },
    {
      id: "size",
      header: "Bytes",
      wide: true,
      align: "right",
      cell: (row) => <span className="num">{count(row.bytes)}</span>,
    },
    { id: "at", header: "Came", wide: true, cell: (row) => <When at={row.received_at} clock="system" /> },
    {
      id: "acts",
      header: <span className="sr-only">Actions</span>,
      align: "right",
      cell: (row) =>
        row.decision_id ? (
          <Link
            to="/decisions/$decisionId"
            params={{ decisionId: row.decision_id }}
            className="text-xs text-accent hover:underline"
          >
            Decision
          </Link>
        ) : (
          mayManage &&
          row.state === "quarantined" && (
            <Button size="sm" aria-label={`Try again: ${row.message_id}`} onClick={() => retry.mutate(row.id)}>
              <RotateCw aria-hidden /> Try again
            </Button>
          )
        ),
    },
  ]
  if (list.error && !list.data) return <Failed error={list.error} retry={() => void list.refetch()} />
  const moved = still.waiting + (still.entries?.filter(({ gone }) => gone).length ?? 0)
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Chips
          label="Verdict"
          choices={MESSAGE_STATES.map((value) => ({ value, label: MESSAGE_LABELS[value] }))}
          chosen={state ? [state] : []}
          onChange={(chosen) => go({ state: chosen?.at(-1) })}
        />
        <span role="status" className="ml-auto">
          {moved > 0 && (
            <Button size="sm" variant="ghost" onClick={still.adopt}>
              <RefreshCw aria-hidden /> {still.waiting > 0 ? `${count(still.waiting)} new` : "Changed"}: update
            </Button>
          )}
        </span>
      </div>
      <DataTable
        label="Messages"
        columns={columns}
        rows={still.entries?.map(({ row }) => row)}
        rowId={(row) => row.id}
        busy={still.changing}
        current={current}
        onCurrent={(row) => setCurrent(row.id)}
        onOpen={mayManage ? (row) => look(row.id) : undefined}
        empty={
          state ? (
            <Empty
              icon={<SearchX />}
              title="No message is like that"
              action={<Button onClick={() => go({ state: undefined })}>Clear the filter</Button>}
            >
              Take the filter away.
            </Empty>
          ) : (
            <Empty icon={<Inbox />} title="Nothing came yet">
              Give the sender the address above and the secret. Each signed message stands here with what came of it.
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
      {mayManage && (
        <Peek open={search.peek !== undefined} onClose={() => look(undefined)} title="Message">
          {search.peek && <Detail id={search.peek} />}
        </Peek>
      )}
    </div>
  )
}

function useRetry() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      api.POST("/api/v1/webhooks/messages/{webhook_message_id}/retry", {
        params: { path: { webhook_message_id: id } },
        headers: once(),
      }),
    onError: (error) => toastError(error),
    onSettled: () => refresh(client),
  })
}

function Detail({ id }: { id: string }) {
  const message = useQuery(messageQuery(id))
  const retry = useRetry()
  return (
    <Fetched query={message}>
      {(row) => (
        <div className="flex flex-col gap-4">
          <span role="status">
            <MessageState state={row.state} />
          </span>
          {row.reason && (
            <Notice tone="bad">
              {row.reason}
              {Array.isArray(row.errors) && (
                <ul className="mt-1 list-disc pl-4">
                  {row.errors.map((each) => (
                    <li key={JSON.stringify(each)}>{faultOf(each)}</li>
                  ))}
                </ul>
              )}
            </Notice>
          )}
          {row.state === "quarantined" && (
            <Button className="self-start" busy={retry.isPending} onClick={() => retry.mutate(row.id)}>
              <RotateCw aria-hidden /> Try again with the mapping of now
            </Button>
          )}
          <Facts
            items={[
              ["Id", <Copy key="id" text={row.message_id} label="Copy the id" />],
              ["Came", <When key="came" at={row.received_at} clock="system" />],
              ["Type", row.content_type || "–"],
              ["Tries", String(row.tries)],
            ]}
          />
          <section>
            <h2 className="mb-1 text-[13px] font-semibold">As it came{row.truncated && ", its beginning"}</h2>
            <Scroll label="Body" className="max-h-96 overflow-auto rounded-control border bg-sunken p-2.5">
              <code className="mono text-xs break-words whitespace-pre-wrap">{row.body}</code>
            </Scroll>
          </section>
        </div>
      )}
    </Fetched>
  )
}

function faultOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error)
  const { field, message, detail } = error as Record<string, unknown>
  const what = String(message ?? detail ?? JSON.stringify(error))
  return field ? `${String(field)}: ${what}` : what
}
