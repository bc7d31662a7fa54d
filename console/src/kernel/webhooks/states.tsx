import { Ban, CircleCheck, CircleDashed, CircleX, Clock, FileWarning, Inbox, LoaderCircle } from "lucide-react"
import type { ReactNode } from "react"
import { Badge, type Tone } from "@/ui/basics"
import { count } from "@/ui/format"
import { When } from "@/ui/when"
import type { Delivery, Endpoint, Message } from "./queries"

const COUNTED_MAX = 10_000

/** A count that stops at ten thousand. */
export const upTo = (value: number) => (value > COUNTED_MAX ? `over ${count(COUNTED_MAX)}` : count(value))

/** How an endpoint does. */
export function EndpointState({ endpoint }: { endpoint: Endpoint }) {
  if (endpoint.state === "disabled")
    return (
      <Badge tone={endpoint.disabled_why === "by a person" ? "neutral" : "bad"} icon={<Ban aria-hidden />}>
        Disabled
      </Badge>
    )
  if (endpoint.failing_since)
    return (
      <span className="inline-flex items-center gap-1.5 text-xs text-ink-3">
        <Badge tone="bad" icon={<CircleX aria-hidden />}>
          Failing
        </Badge>
        since <When at={endpoint.failing_since} clock="system" />
      </span>
    )
  if (!endpoint.delivered_at) return <Badge icon={<CircleDashed aria-hidden />}>Never used</Badge>
  return (
    <span className="inline-flex items-center gap-1.5 text-xs text-ink-3">
      <Badge tone="good" icon={<CircleCheck aria-hidden />}>
        Works
      </Badge>
      <When at={endpoint.delivered_at} clock="system" />
    </span>
  )
}

export const DELIVERY_STATES = ["waiting", "delivered", "dead"] as const satisfies Delivery["state"][]
export const DELIVERY_LABELS: Record<Delivery["state"], string> = {
  waiting: "Waits",
  delivered: "Delivered",
  dead: "Dead",
}

/** What became of an event that was to be sent. */
export function DeliveryState({ row }: { row: Delivery }) {
  if (row.state === "delivered")
    return (
      <Badge tone="good" icon={<CircleCheck aria-hidden />}>
        Delivered
      </Badge>
    )
  if (row.state === "dead")
    return (
      <Badge tone="bad" icon={<CircleX aria-hidden />}>
        Dead
      </Badge>
    )
  if (row.sending)
    return (
      <Badge tone="info" icon={<LoaderCircle aria-hidden className="motion-safe:animate-spin" />}>
        Being sent
      </Badge>
    )
  return (
    <Badge tone={row.attempts > 0 ? "warn" : "info"} icon={<Clock aria-hidden />}>
      {row.attempts > 0 ? "Waits to retry" : "Waits"}
    </Badge>
  )
}

export const MESSAGE_STATES = ["quarantined", "waiting", "proposed", "kept"] as const satisfies Message["state"][]
export const MESSAGE_LABELS: Record<Message["state"], string> = {
  quarantined: "Set aside",
  waiting: "Waits",
  proposed: "Proposed",
  kept: "Kept",
}
const MESSAGE: Record<Message["state"], { tone: Tone; icon: ReactNode }> = {
  quarantined: { tone: "bad", icon: <FileWarning aria-hidden /> },
  waiting: { tone: "info", icon: <Clock aria-hidden /> },
  proposed: { tone: "good", icon: <CircleCheck aria-hidden /> },
  kept: { tone: "neutral", icon: <Inbox aria-hidden /> },
}

/** What came of a message that came in. */
export function MessageState({ state }: { state: Message["state"] }) {
  const { tone, icon } = MESSAGE[state]
  return (
    <Badge tone={tone} icon={icon}>
      {MESSAGE_LABELS[state]}
    </Badge>
  )
}
