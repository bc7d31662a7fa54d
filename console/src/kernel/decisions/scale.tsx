import { cn } from "@/ui/cn"
import { percent } from "@/ui/format"

interface Tick {
  at: number
  label: string
}

const PERCENT = 100

/** A share on a line from 0 to 100 %, with ticks where something begins to hold. The words beside it say the same. */
export function Scale({
  label,
  value,
  ticks,
  short,
}: {
  label: string
  value: number
  ticks: Tick[]
  /** Whether it is not enough to act on. */
  short: boolean
}) {
  const digits = ticks.some((tick) => percent(tick.at) === percent(value)) ? 1 : 0
  return (
    <div>
      <div className="flex items-baseline justify-between gap-3 text-[13px]">
        <span className="text-ink-2">{label}</span>
        <span className="num text-base font-semibold">{percent(value, digits)}</span>
      </div>
      <div aria-hidden className="relative mt-1.5 h-2 rounded-full bg-line">
        <span
          className={cn("absolute inset-y-0 left-0 rounded-full", short ? "bg-review-fill" : "bg-accent")}
          style={{ width: `${value * PERCENT}%` }}
        />
        {ticks.map((tick) => (
          <span
            key={tick.label}
            className="absolute -inset-y-1 w-0.5 -translate-x-1/2 rounded-full bg-ink"
            style={{ left: `${tick.at * PERCENT}%` }}
          />
        ))}
      </div>
      {ticks.length > 0 && (
        <p className="num mt-1.5 flex flex-wrap gap-x-3 text-xs text-ink-3">
          {ticks.map((tick) => (
            <span key={tick.label}>
              {tick.label} {percent(tick.at, 1)}
            </span>
          ))}
        </p>
      )}
    </div>
  )
}
