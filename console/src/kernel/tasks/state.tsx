import { CircleAlert, CircleCheck, CircleDashed, CircleSlash, Clock, LoaderCircle } from "lucide-react"
import { Badge, type Tone } from "@/ui/basics"
import { percent, words } from "@/ui/format"

const STATES: Record<string, { tone: Tone; icon: typeof Clock }> = {
  due: { tone: "neutral", icon: Clock },
  queued: { tone: "neutral", icon: CircleDashed },
  running: { tone: "info", icon: LoaderCircle },
  done: { tone: "good", icon: CircleCheck },
  failed: { tone: "bad", icon: CircleAlert },
  cancelled: { tone: "neutral", icon: CircleSlash },
}

/** Where a task stands: a word and its own icon. */
export function State({ state }: { state: string }) {
  const { tone, icon: Icon } = STATES[state] ?? STATES.queued!
  return (
    <Badge tone={tone} icon={<Icon aria-hidden className={state === "running" ? "animate-spin" : undefined} />}>
      {words(state)}
    </Badge>
  )
}

/** How far a task is. */
export function Progress({ value, label }: { value: number; label: string }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(value * 100)}
        className="h-1.5 w-20 overflow-hidden rounded-full bg-line"
      >
        <span
          className="block h-full rounded-full bg-accent transition-[width] duration-500"
          style={{ width: `${Math.round(value * 100)}%` }}
        />
      </span>
      <span className="num w-9 text-xs text-ink-2">{percent(value)}</span>
    </span>
  )
}
