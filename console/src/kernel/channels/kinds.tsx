import { AtSign, Bell, Hash, Send, Webhook } from "lucide-react"
import type { Channel } from "./queries"

type Kind = Channel["kind"]

/** The kinds of channel, in the order in which they are offered. */
export const KINDS: Record<Kind, { label: string; icon: typeof Bell; lead: string }> = {
  email: { label: "E-mail", icon: AtSign, lead: "Up to 20 people, over your own mail server." },
  slack: { label: "Slack", icon: Hash, lead: "A channel, by a bot's token or an incoming webhook." },
  telegram: { label: "Telegram", icon: Send, lead: "A chat or a group, by a bot." },
  pagerduty: { label: "PagerDuty", icon: Bell, lead: "An incident for each alert, resolved with it." },
  webhook: { label: "Signed webhook", icon: Webhook, lead: "An address of your own that takes signed requests." },
}

/** A kind of channel: its sign and its name. */
export function KindLabel({ kind }: { kind: Kind }) {
  const { label, icon: Icon } = KINDS[kind]
  return (
    <span className="inline-flex items-center gap-1.5 text-ink-2">
      <Icon aria-hidden className="size-3.5 text-ink-3" /> {label}
    </span>
  )
}
