/** Words for how a secret stands, and for what was done with it. */
import type { Schema } from "@/api/client"
import type { Tone } from "@/ui/basics"
import { words } from "@/ui/format"

export type Secret = Schema["SecretView"]
export type Outcome = Schema["SecretAccessView"]["outcome"]
export type Act = Schema["SecretHistoryView"]["act"]

export const DAY_MILLISECONDS = 86_400_000
/** A renewal that is nearer than this is shown as near. */
const NEAR_DAYS = 14

/** What the list can be narrowed to; each is one press. */
export const VIEWS = ["due", "active", "disabled", "removed"] as const
export type View = (typeof VIEWS)[number]
export const VIEW_LABELS: Record<View, string> = {
  due: "To renew",
  active: "In use",
  disabled: "Disabled",
  removed: "Removed",
}

export interface Standing {
  label: string
  tone: Tone
  /** What it means, in a sentence. */
  meaning: string
}

/** How a secret stands, the most pressing first. */
export function standing(secret: Secret, now: Date): Standing {
  if (secret.state === "removed")
    return { label: "Removed", tone: "neutral", meaning: "Its values are destroyed; its history stays." }
  if (secret.expired)
    return { label: "Expired", tone: "bad", meaning: "Every use is refused until it is renewed or given a later end." }
  if (secret.state === "disabled")
    return { label: "Disabled", tone: "warn", meaning: "Every use is refused until somebody enables it." }
  if (secret.rotation_due)
    return { label: "Renew now", tone: "warn", meaning: "The day on which it was to be renewed is past." }
  const due = nextDue(secret)
  if (due && Date.parse(due) - now.getTime() < NEAR_DAYS * DAY_MILLISECONDS)
    return { label: "Renew soon", tone: "warn", meaning: "It expires or is to be renewed within two weeks." }
  if (secret.grace_until && Date.parse(secret.grace_until) > now.getTime())
    return { label: "Renewed", tone: "info", meaning: "The value before is still given beside the new one for a time." }
  return { label: "In use", tone: "neutral", meaning: "It is given to its connection, and to nothing else." }
}

/** When it expires or is to be renewed, whichever comes first. */
export const nextDue = ({ expires_at, rotate_after }: Secret): string | null =>
  [expires_at, rotate_after].filter((each) => each !== null).sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null

const KINDS: Record<string, string> = {
  channel: "Channel",
  webhook: "Webhook",
  webhook_source: "Incoming webhook",
}

/** "payouts:main" as "Payouts main"; of what the product made itself the kind alone, since its id says nothing. */
export function connectionLabel(connection: string): string {
  const [kind = "", id = ""] = connection.split(/:(.*)/s)
  const label = KINDS[kind] ?? words(kind)
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id) ? label : `${label} ${id}`
}

export const ACTS: Record<Act, string> = {
  created: "Kept",
  rotated: "Value renewed",
  changed: "Changed",
  enabled: "Enabled",
  disabled: "Disabled",
  removed: "Removed",
}

export const OUTCOMES: Record<Outcome, { label: string; meaning: string }> = {
  given: { label: "Given", meaning: "to the connection it belongs to" },
  connection: { label: "Refused", meaning: "another connection asked for it" },
  destination: { label: "Refused", meaning: "the host is not among its destinations" },
  disabled: { label: "Refused", meaning: "it was disabled" },
  expired: { label: "Refused", meaning: "it had expired" },
  tampered: { label: "Refused", meaning: "its record was changed from outside" },
}

/** Host names from what was typed: one a line, or parted by commas or spaces; each once. */
export const readDestinations = (typed: string): string[] => [
  ...new Set(
    typed
      .split(/[\s,;]+/)
      .map((each) => each.trim().toLowerCase())
      .filter(Boolean),
  ),
]

/** Where a reminder is moved to when a value is renewed: as far ahead as it was set the last time. */
export function nextReminder(secret: Secret, now: Date): string | null {
  if (!secret.rotate_after) return null
  const stretch = Date.parse(secret.rotate_after) - Date.parse(secret.rotated_at)
  return stretch > 0 ? new Date(now.getTime() + stretch).toISOString() : null
}
