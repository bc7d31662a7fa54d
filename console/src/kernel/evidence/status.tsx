import { type Circle, CircleAlert, CircleCheck, CircleDashed, CircleSlash } from "lucide-react"
import { Badge, type Tone } from "@/ui/basics"
import { cn } from "@/ui/cn"
import type { Control } from "./families"

type Status = Control["status"]

const STATUSES: Record<Status, { label: string; tone: Tone; icon: typeof Circle }> = {
  evidenced: { label: "Evidenced", tone: "good", icon: CircleCheck },
  not_evidenced: { label: "Not evidenced", tone: "warn", icon: CircleAlert },
  not_applicable: { label: "Not applicable", tone: "neutral", icon: CircleSlash },
}

export const statusLabel = (status: Status) => STATUSES[status].label

/** Whether the record shows a control at work. */
export function Status({ status }: { status: Status }) {
  const { label, tone, icon: Icon } = STATUSES[status]
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {label}
    </Badge>
  )
}

/** Whether one thing that was looked at speaks for its control. */
export function Shown({ shown }: { shown: boolean | null }) {
  const [Icon, label, colour] =
    shown === null
      ? ([CircleDashed, "Nothing to look at yet", "text-ink-3"] as const)
      : shown
        ? ([CircleCheck, "In order", "text-approve"] as const)
        : ([CircleAlert, "Not in order", "text-review"] as const)
  return <Icon role="img" aria-label={label} className={cn("mt-0.5 size-4 shrink-0", colour)} />
}
