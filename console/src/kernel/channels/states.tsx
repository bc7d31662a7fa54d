import { Ban, CircleCheck, CircleDashed, CircleX, Clock, LoaderCircle, Pause, Send, Unplug } from "lucide-react"
import type { ReactNode } from "react"
import { Badge, type Tone } from "@/ui/basics"
import { When } from "@/ui/when"
import type { Channel, Delivery } from "./queries"

const CHANNEL: Record<Channel["state"], { label: string; tone: Tone; icon: ReactNode }> = {
  ok: { label: "Works", tone: "good", icon: <CircleCheck aria-hidden /> },
  failing: { label: "Failing", tone: "bad", icon: <CircleX aria-hidden /> },
  never_used: { label: "Never used", tone: "neutral", icon: <CircleDashed aria-hidden /> },
  not_connected: { label: "Not connected", tone: "warn", icon: <Unplug aria-hidden /> },
  paused: { label: "Paused", tone: "neutral", icon: <Pause aria-hidden /> },
}

/** How a channel does: a word, and since when. */
export function ChannelState({ channel }: { channel: Channel }) {
  const { label, tone, icon } = CHANNEL[channel.state]
  return (
    <span className="inline-flex items-center gap-1.5 text-xs text-ink-3">
      <Badge tone={tone} icon={icon}>
        {label}
      </Badge>
      {channel.state === "failing" && channel.failing_since && (
        <span>
          since <When at={channel.failing_since} clock="system" />
        </span>
      )}
      {channel.state === "ok" && channel.last_ok_at && <When at={channel.last_ok_at} clock="system" />}
    </span>
  )
}

export const DELIVERY_STATES = ["queued", "sending", "sent", "dead"] as const satisfies Delivery["state"][]

const DELIVERY: Record<Delivery["state"], { label: string; tone: Tone; icon: ReactNode }> = {
  queued: { label: "Waits", tone: "info", icon: <Clock aria-hidden /> },
  sending: {
    label: "Being sent",
    tone: "info",
    icon: <LoaderCircle aria-hidden className="motion-safe:animate-spin" />,
  },
  sent: { label: "Sent", tone: "good", icon: <CircleCheck aria-hidden /> },
  dead: { label: "Not sent", tone: "bad", icon: <CircleX aria-hidden /> },
}

export const deliveryLabel = (state: Delivery["state"]) => DELIVERY[state].label

/** What became of a message. */
export function DeliveryState({ state }: { state: Delivery["state"] }) {
  const { label, tone, icon } = DELIVERY[state]
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  )
}

/** What became of telling somebody, before and after a message was made of it. */
export const TOLD: Record<string, { label: string; tone: Tone; icon: ReactNode }> = {
  ...DELIVERY,
  planned: { label: "Planned", tone: "neutral", icon: <Clock aria-hidden /> },
  held: { label: "Waits for the end of quiet", tone: "neutral", icon: <Pause aria-hidden /> },
  handed_over: { label: "Handed over", tone: "info", icon: <Send aria-hidden /> },
  stopped: { label: "Not told", tone: "neutral", icon: <Ban aria-hidden /> },
}
