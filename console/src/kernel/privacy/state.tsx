import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  Clock,
  Gavel,
  Hourglass,
  LoaderCircle,
  Lock,
  Trash2,
} from "lucide-react"
import type { Schema } from "@/api/client"
import { Badge, type Tone } from "@/ui/basics"
import { count } from "@/ui/format"
import { When } from "@/ui/when"

export type Request = Schema["RequestView"]

const STATES: Record<Request["state"], { label: string; tone: Tone; icon: typeof Clock }> = {
  open: { label: "Open", tone: "warn", icon: Hourglass },
  queued: { label: "Queued", tone: "neutral", icon: CircleDashed },
  running: { label: "Running", tone: "info", icon: LoaderCircle },
  done: { label: "Done", tone: "good", icon: CircleCheck },
  refused: { label: "Refused", tone: "neutral", icon: Ban },
  expired: { label: "Copy thrown away", tone: "neutral", icon: Clock },
  failed: { label: "Failed", tone: "bad", icon: CircleAlert },
}

export const stateLabel = (state: Request["state"]) => STATES[state].label
export const kindLabel = (kind: Request["kind"]) => (kind === "export" ? "Copy" : "Erasure")
export const isUnderWay = (request: Pick<Request, "state">) => request.state === "queued" || request.state === "running"
export const isWaiting = (request: Pick<Request, "state">) => request.state === "open" || request.state === "failed"

/** Where a request stands. */
export function RequestState({ state }: { state: Request["state"] }) {
  const { label, tone, icon: Icon } = STATES[state]
  return (
    <Badge tone={tone} icon={<Icon aria-hidden className={state === "running" ? "animate-spin" : undefined} />}>
      {label}
    </Badge>
  )
}

/** By when a request must be answered, and how long that is. */
export function Due({ request }: { request: Request }) {
  if (!isWaiting(request) && !isUnderWay(request)) return <When at={request.due_at} />
  if (request.overdue)
    return (
      <Badge tone="bad" icon={<CircleAlert aria-hidden />}>
        Overdue by {days(Math.max(1, -request.days_left))}
      </Badge>
    )
  return (
    <span className={request.days_left <= 7 ? "font-medium text-review" : undefined}>
      {request.days_left === 0 ? "today" : `in ${days(request.days_left)}`}
    </span>
  )
}

export const days = (value: number) => `${count(value)} ${value === 1 ? "day" : "days"}`

const STANDINGS: Record<Schema["CandidateView"]["standing"], { label: string; tone: Tone; icon: typeof Clock }> = {
  erasable: { label: "Can go", tone: "info", icon: Trash2 },
  open: { label: "Still open", tone: "warn", icon: Hourglass },
  kept: { label: "Kept by law", tone: "warn", icon: Lock },
  held: { label: "Legal hold", tone: "warn", icon: Gavel },
}

/** Whether a case could be erased now. */
export function Standing({ standing }: { standing: Schema["CandidateView"]["standing"] }) {
  const { label, tone, icon: Icon } = STANDINGS[standing]
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {label}
    </Badge>
  )
}

const ERASING: Record<string, string> = {
  blank: "Emptied",
  delete: "Deleted",
  redact: "Their words cut out",
  record: "Emptied, hash kept",
  keep: "Stays",
}

/** What erasure does with a table, in words. */
export const erasingLabel = (erasing: string) => ERASING[erasing] ?? erasing
