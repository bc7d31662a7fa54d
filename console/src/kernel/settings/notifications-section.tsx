import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { BellRing, Unplug } from "lucide-react"
import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { askConsent, notify, useConsent } from "@/app/browser-notice"
import { notificationsQuery } from "@/app/notifier"
import { statusQuery } from "@/app/session"
import { Badge, Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Select } from "@/ui/field"
import { words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"

type View = Schema["NotificationsView"]
type Choice = Schema["AlertChoice"]
type Way = "badge" | "toast" | "browser"

const KINDS: Record<Choice["kind"], string> = {
  intervention: "A decision needs a person.",
  anomaly: "Something is unlike what it usually is.",
  performance: "A figure or a part is worse than it should be.",
  security: "Somebody may be trying what they should not.",
}
const WAYS: { way: Way; label: string; meaning: string }[] = [
  { way: "badge", label: "Count", meaning: "Counted beside Alerts" },
  { way: "toast", label: "Notice", meaning: "Shown for a moment in the console" },
  { way: "browser", label: "Browser", meaning: "Also when the console is behind other windows" },
]
const LEAST: { value: string; label: string }[] = [
  { value: "low", label: "All" },
  { value: "medium", label: "Medium and above" },
  { value: "high", label: "High and above" },
  { value: "critical", label: "Critical only" },
  { value: "", label: "Never" },
]
const CHANNELS: Record<Schema["ChannelView"]["name"], string> = {
  email: "E-mail",
  slack: "Slack",
  teams: "Microsoft Teams",
  webhook: "Webhook",
}

/** What one wants to be told of, from which severity on, and by which way. */
export default function NotificationsSection() {
  const found = useQuery(notificationsQuery)
  return (
    <Fetched query={found}>
      {(view) => (
        <>
          <Alerts view={view} />
          <BrowserCard />
          <Channels channels={view.channels} />
        </>
      )}
    </Fetched>
  )
}

function Alerts({ view }: { view: View }) {
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: async (alerts: Choice[]) =>
      (await api.PUT("/api/v1/access/me/notifications", { body: { alerts } })).data!,
    // Shown at once; put back if it fails.
    onMutate: async (alerts) => {
      await client.cancelQueries({ queryKey: notificationsQuery.queryKey })
      const before = client.getQueryData<View>(notificationsQuery.queryKey)
      client.setQueryData<View>(notificationsQuery.queryKey, (now) => now && { ...now, alerts })
      return { before }
    },
    onError: (error, _, context) => {
      client.setQueryData(notificationsQuery.queryKey, context?.before)
      toastError(error, "Your choice was not saved")
    },
    onSuccess: (saved) => {
      client.setQueryData(notificationsQuery.queryKey, saved)
      toast("Notifications saved")
      return client.invalidateQueries({ queryKey: statusQuery.queryKey })
    },
  })
  const choose = (kind: string, way: Way, value: string) =>
    save.mutate(
      view.alerts.map((each) => (each.kind === kind ? { ...each, [way]: (value || null) as Choice["badge"] } : each)),
    )
  return (
    <Card title="Alerts">
      <p className="-mt-1 mb-3 text-xs text-ink-3">
        From which severity on you are told of each kind, in this organisation. Approvals that are assigned to you are
        always told of.
      </p>
      <div className="flex flex-col divide-y">
        {view.alerts.map((alert) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset would change the layout
          <div
            key={alert.kind}
            role="group"
            aria-label={words(alert.kind)}
            className="grid gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0 sm:grid-cols-[minmax(0,1fr)_repeat(3,9.5rem)]"
          >
            <div>
              <p className="text-[13px] font-medium">{words(alert.kind)}</p>
              <p className="text-xs text-ink-3">{KINDS[alert.kind]}</p>
            </div>
            {WAYS.map(({ way, label, meaning }) => (
              // biome-ignore lint/a11y/noLabelWithoutControl: the select is within it
              <label key={way} className="flex flex-col gap-1 text-xs text-ink-3" title={meaning}>
                {label}
                <Select
                  className="text-ink"
                  value={alert[way] ?? ""}
                  disabled={save.isPending}
                  onChange={(event) => choose(alert.kind, way, event.target.value)}
                >
                  {LEAST.map(({ value, label }) => (
                    <option key={value} value={value}>
                      {label}
                    </option>
                  ))}
                </Select>
              </label>
            ))}
          </div>
        ))}
      </div>
    </Card>
  )
}

function BrowserCard() {
  const consent = useConsent()
  const [asking, setAsking] = useState(false)
  const ask = async () => {
    setAsking(true)
    const given = await askConsent()
    setAsking(false)
    if (given === "granted") toast("This browser may notify you now")
  }
  const test = () => {
    const sent = notify("This is how alerts reach you", { tag: "test", body: "Intendant", open: () => undefined })
    if (!sent) toast("This browser does not let the page notify")
  }
  const said = {
    granted: "Allowed in this browser. You are notified while the console is open in a tab.",
    default: "Not asked yet in this browser. Without it, what you choose for the browser is not shown.",
    denied: "Blocked in this browser. Allow notifications for this site in the browser's settings.",
    unsupported: "This browser cannot notify.",
  }[consent]
  return (
    <Card title="Browser notifications">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status" className="min-w-0 flex-1 basis-64 text-[13px] text-ink-2">
          {said}
        </p>
        {consent === "default" && (
          <Button busy={asking} onClick={() => void ask()}>
            <BellRing /> Allow notifications
          </Button>
        )}
        {consent === "granted" && (
          <Button onClick={test}>
            <BellRing /> Send a test
          </Button>
        )}
      </div>
    </Card>
  )
}

function Channels({ channels }: { channels: View["channels"] }) {
  return (
    <Card title="Other channels">
      <p className="-mt-1 mb-2 text-xs text-ink-3">
        Nothing is sent outside the console: no channel is connected, and this version has none to connect.
      </p>
      <ul className="-mb-1 divide-y">
        {channels.map((channel) => (
          <li key={channel.name} className="flex items-center justify-between gap-3 py-2 text-[13px]">
            {CHANNELS[channel.name]}
            <Badge icon={<Unplug aria-hidden />}>{words(channel.state)}</Badge>
          </li>
        ))}
      </ul>
    </Card>
  )
}
