import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { History, Square } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Progress } from "@/kernel/tasks/state"
import { Button } from "@/ui/button"
import { Pager } from "@/ui/data-table"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { FormError } from "@/ui/form-parts"
import { actor, count, words } from "@/ui/format"
import { Empty, Fetched } from "@/ui/states"
import { toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { EventNames } from "./endpoints-tab"
import { EventsPicker } from "./events-picker"
import { type Endpoint, type Replay, refresh, replaysQuery } from "./queries"

/** Stretches of the log that are sent once more, each with how far it came. */
export function Replays({ endpoint, mayManage }: { endpoint: Endpoint; mayManage: boolean }) {
  const { after } = useSearch({ from: "/settings/$section" })
  const navigate = useNavigate({ from: "/settings/$section" })
  const [asking, setAsking] = useState(false)
  const replays = useQuery(replaysQuery(endpoint.id, after))
  const begin = mayManage && (
    <Button onClick={() => setAsking(true)}>
      <History aria-hidden /> Replay a range…
    </Button>
  )
  return (
    <Fetched query={replays}>
      {({ items, next }) => (
        <div className="flex flex-col gap-3">
          {items.length > 0 && begin && <div className="flex justify-end">{begin}</div>}
          <div className="card">
            {items.length === 0 ? (
              <Empty icon={<History />} title="Nothing was replayed" action={begin || undefined}>
                What stands in the log can be sent once more, also from before the endpoint was there. Each event keeps
                its webhook-id.
              </Empty>
            ) : (
              <ul aria-label="Replays">
                {items.map((replay) => (
                  <Row key={replay.id} replay={replay} mayManage={mayManage} />
                ))}
              </ul>
            )}
            {(after || next) && (
              <Pager
                shown={items.length}
                after={after}
                next={next}
                onPage={(page) => void navigate({ search: (now) => ({ ...now, after: page }) })}
              />
            )}
          </div>
          {asking && <ReplayDialog endpoint={endpoint} onClose={() => setAsking(false)} />}
        </div>
      )}
    </Fetched>
  )
}

function Row({ replay, mayManage }: { replay: Replay; mayManage: boolean }) {
  const client = useQueryClient()
  const stop = useMutation({
    mutationFn: () =>
      api.POST("/api/v1/webhooks/replays/{webhook_replay_id}/stop", {
        params: { path: { webhook_replay_id: replay.id } },
        headers: once(),
      }),
    onError: (error) => toastError(error),
    onSettled: () => refresh(client),
  })
  const running = replay.ended_at === null
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-3 py-2.5 text-[13px] last:border-0">
      <div className="min-w-0 flex-1">
        <p>
          <span className="font-medium">{running ? "Running" : words(replay.state)}</span>
          <span className="text-ink-3">
            {" "}
            · {replay.recorded_from ? <When at={replay.recorded_from} clock="system" /> : "from a cursor"} to{" "}
            <When at={replay.recorded_until} clock="system" />
          </span>
        </p>
        <p className="text-xs text-ink-3">
          <span className="num">{count(replay.sent_count)}</span> sent of{" "}
          <span className="num">{count(replay.read_count)}</span> read · <EventNames names={replay.events} /> · by{" "}
          {actor(replay.requested_by)}
        </p>
        {running && <Progress value={share(replay) ?? 0} label="How far the replay came" />}
      </div>
      {running && mayManage && (
        <Button size="sm" busy={stop.isPending} onClick={() => stop.mutate()}>
          <Square aria-hidden /> Stop
        </Button>
      )}
    </li>
  )
}

/** How much of the stretch is read, by time. */
function share({ recorded_from: from, recorded_until: until, reached_at: reached }: Replay): number | undefined {
  if (!from || !reached) return undefined
  const whole = Date.parse(until) - Date.parse(from)
  return whole > 0 ? Math.max(0, Math.min(1, (Date.parse(reached) - Date.parse(from)) / whole)) : undefined
}

const local = (at: Date) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
const HOUR_MILLISECONDS = 3_600_000

function ReplayDialog({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const client = useQueryClient()
  const [since, setSince] = useState(() => local(new Date(Date.now() - HOUR_MILLISECONDS)))
  const [until, setUntil] = useState("")
  const [events, setEvents] = useState(endpoint.events)
  const begin = useMutation({
    mutationFn: () =>
      api.POST("/api/v1/webhooks/endpoints/{endpoint_id}/replays", {
        params: { path: { endpoint_id: endpoint.id } },
        body: { since: new Date(since).toISOString(), until: until ? new Date(until).toISOString() : null, events },
        headers: once(),
      }),
    onSuccess: async () => {
      await refresh(client)
      onClose()
    },
  })
  return (
    <Dialog open onClose={onClose} title="Replay a range" wide>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          begin.mutate()
        }}
      >
        <p className="text-[13px] text-ink-2">
          Whatever became of it before, each event of the range is sent once more, at most 100,000.
        </p>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="From" hint="Your own time.">
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                required
                value={since}
                onChange={(event) => setSince(event.target.value)}
              />
            )}
          </Field>
          <Field label="To (optional)" hint="Empty: until now.">
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                min={since}
                value={until}
                onChange={(event) => setUntil(event.target.value)}
              />
            )}
          </Field>
        </div>
        <EventsPicker chosen={events} error={null} onChange={setEvents} />
        <FormError error={begin.error && asApiError(begin.error).sentence} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={begin.isPending} disabled={!since || events.length === 0}>
            Replay
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
