import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { LogOut, Monitor, Smartphone } from "lucide-react"
import { useState } from "react"
import { api, once, query, type Schema } from "@/api/client"
import { Badge, Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { count } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { device } from "./device"

type Session = Schema["SessionView"]
const SESSIONS = "/api/v1/access/sessions"
const SHOWN_MAX = 100

/** Where one is signed in, and the way to end it there. */
export default function SessionsSection() {
  const client = useQueryClient()
  const [ending, setEnding] = useState(false)
  const sessions = useQuery(query.queryOptions("get", SESSIONS, { params: { query: { limit: SHOWN_MAX } } }))
  const refresh = () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === SESSIONS })
  const endOthers = async () => {
    const { data } = await api.POST("/api/v1/access/sessions/end-others", { headers: once() })
    await refresh()
    toast(data!.sessions_ended === 1 ? "1 session ended" : `${count(data!.sessions_ended)} sessions ended`)
  }
  const others = sessions.data?.items.filter((session) => !session.current).length ?? 0
  return (
    <Card
      title="Where you are signed in"
      actions={
        others > 0 && (
          <Button size="sm" onClick={() => setEnding(true)}>
            <LogOut /> End all others
          </Button>
        )
      }
    >
      <Fetched query={sessions} rows={3}>
        {({ items, next }) => (
          <>
            <ul className="-my-1 divide-y">
              {items
                .toSorted((one, other) => Number(other.current) - Number(one.current))
                .map((session) => (
                  <Line key={session.id} session={session} onEnded={refresh} />
                ))}
            </ul>
            {next && <p className="mt-2 text-xs text-ink-3">Only the newest {SHOWN_MAX} are listed.</p>}
          </>
        )}
      </Fetched>
      <Confirm
        open={ending}
        onClose={() => setEnding(false)}
        title="End all other sessions?"
        confirm="End them"
        danger
        onConfirm={endOthers}
      >
        {count(others)} other {others === 1 ? "session ends" : "sessions end"} within a second; you stay signed in here.
      </Confirm>
    </Card>
  )
}

function Line({ session, onEnded }: { session: Session; onEnded: () => Promise<unknown> }) {
  const { words, phone } = device(session.user_agent)
  const end = useMutation({
    mutationFn: () =>
      api.DELETE("/api/v1/access/sessions/{session_id}", { params: { path: { session_id: session.id } } }),
    onSuccess: () => toast(`Session ended: ${words}`),
    onError: (error) => toastError(error),
    onSettled: onEnded,
  })
  const Icon = phone ? Smartphone : Monitor
  return (
    <li className="flex items-center gap-3 py-3 text-[13px]">
      <Icon aria-hidden className="size-5 shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium" title={session.user_agent ?? undefined}>
          {words} {session.current && <Badge tone="accent">This session</Badge>}
        </p>
        <p className="text-xs text-ink-3">
          Last seen <When at={session.last_seen_at} clock="system" /> · signed in{" "}
          <When at={session.created_at} clock="system" /> · ends <When at={session.expires_at} clock="system" />
        </p>
      </div>
      {!session.current && (
        <Button size="sm" busy={end.isPending} aria-label={`End session: ${words}`} onClick={() => end.mutate()}>
          End
        </Button>
      )}
    </li>
  )
}
