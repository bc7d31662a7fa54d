/** Tells a person, while a tab is open, of new alerts and of approvals assigned to them, as they chose in the settings. */
import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useEffect, useRef } from "react"
import { api, query, type Schema } from "@/api/client"
import { watchEvents } from "@/api/live"
import { toast } from "@/ui/toast"
import { notify } from "./browser-notice"
import { toTell } from "./notices"
import { useCan, useMe } from "./session"

type Alert = Schema["AlertView"]

const LOOKED_AT = 50
const KNOWN_MAX = 1_000
/** Looking waits this long after an event, so that a burst is looked at once. */
const SETTLE_MILLISECONDS = 3_000

export const notificationsQuery = query.queryOptions("get", "/api/v1/access/me/notifications", undefined, {
  staleTime: 300_000,
})

/** Notifies while it is mounted; shows nothing itself. */
export default function Notifier(): null {
  const me = useMe()
  const can = useCan()
  const navigate = useNavigate()
  const isUser = me?.kind === "user"
  const choices = useQuery({ ...notificationsQuery, enabled: isUser }).data?.alerts
  const latest = useRef({ choices, navigate })
  latest.current = { choices, navigate }
  const alerts = isUser && can("kernel:alert:read") && choices !== undefined
  const approvals = isUser && can("kernel:approval:read")
  const myId = me?.id

  useEffect(() => {
    if (!alerts) return
    let known: Set<string> | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false
    const look = async () => {
      timer = undefined
      const found = await newest()
      if (stopped || !found) return
      // What was there before the page opened is no news.
      if (known) {
        const told = toTell(found, known, latest.current.choices ?? [])
        tell(told.toast, told.browser, (id) => void latest.current.navigate(alertPlace(id)))
      }
      known = new Set([...found.map((alert) => alert.id), ...(known ?? [])].slice(0, KNOWN_MAX))
    }
    const soon = () => {
      timer ??= setTimeout(() => void look(), SETTLE_MILLISECONDS)
    }
    void look()
    const unwatch = watchEvents((event) => {
      if (event.name !== "kernel.alert.raised") return
      // What grew worse is told of again.
      known?.delete(String(event.body.alert_id))
      soon()
    })
    return () => {
      stopped = true
      clearTimeout(timer)
      unwatch()
    }
  }, [alerts])

  useEffect(() => {
    if (!approvals || !myId) return
    return watchEvents(({ id, name, body }) => {
      if (name !== "kernel.approval.assigned" || body.assignee !== myId) return
      const open = () => void latest.current.navigate({ to: "/approvals", search: { id: String(body.approval_id) } })
      if (document.hasFocus()) toast("A case was assigned to you", { action: { label: "Open", run: open } })
      else notify("A case was assigned to you", { tag: id, open, body: "It waits in your approvals." })
    })
  }, [approvals, myId])
  return null
}

const alertPlace = (id: string | null) => ({ to: "/alerts", search: id ? { peek: id } : {} }) as const

async function newest(): Promise<Alert[] | null> {
  try {
    const { data } = await api.GET("/api/admin/autonomous-business/alerts", { params: { query: { limit: LOOKED_AT } } })
    return data?.items ?? null
  } catch {
    return null // The next alert makes it look again; the page itself says when the server is away.
  }
}

function tell(toasted: Alert[], browser: Alert[], open: (id: string | null) => void): void {
  const focused = document.hasFocus()
  const one = (alerts: Alert[]) => (alerts.length === 1 ? alerts[0]! : null)
  const title = (alerts: Alert[]) => one(alerts)?.title ?? `${alerts.length} new alerts`
  if (toasted.length > 0)
    toast(title(toasted), {
      detail: one(toasted) ? `Alert, ${one(toasted)!.severity}` : undefined,
      action: { label: "Look", run: () => open(one(toasted)?.id ?? null) },
      milliseconds: 10_000,
    })
  // Who looks at the console has seen the notice there.
  const away = focused ? browser.filter((alert) => !toasted.includes(alert)) : browser
  if (away.length > 0)
    notify(title(away), {
      body: one(away) ? `Alert, ${one(away)!.severity}` : "Alerts need somebody's attention.",
      tag: `alerts-${away[0]!.id}`,
      open: () => open(one(away)?.id ?? null),
    })
}
