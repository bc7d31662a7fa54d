import { useSyncExternalStore } from "react"
import { useOrganization, useTimeZone } from "@/app/session"
import { Tip } from "./basics"
import { cn } from "./cn"
import { absolute, businessNow, money, relative } from "./format"

const TICK_MILLISECONDS = 10_000
let now = new Date()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** One clock for all moments on the page. */
function subscribe(listener: () => void) {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = new Date()
    for (const each of listeners) each()
  }, TICK_MILLISECONDS)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** Draw anew with every tick; returns system time as of the last one. */
export const useNow = () => useSyncExternalStore(subscribe, () => now)

/**
 * A moment: relative on the page, absolute on hover and for assistive technology, in the reader's zone. `clock` says
 * on which line of time it lies: business time (decisions, deadlines) or system time (sessions, effects, tasks).
 */
export function When({
  at,
  clock = "business",
  className,
}: {
  at: string
  clock?: "business" | "system"
  className?: string
}) {
  useNow()
  const organization = useOrganization()
  const timeZone = useTimeZone()
  const moment = new Date(at)
  const reference = clock === "business" && organization ? businessNow(organization.clock) : new Date()
  const full = absolute(moment, timeZone)
  return (
    <Tip label={full}>
      <time dateTime={at} className={cn("num whitespace-nowrap text-ink-3", className)}>
        {relative(moment, reference)}
        <span className="sr-only">, {full}</span>
      </time>
    </Tip>
  )
}

/** Money in the organisation's currency, or in `currency`. */
export function Money({
  value,
  currency,
  className,
}: {
  value: string | number | null | undefined
  currency?: string | null
  className?: string
}) {
  const organization = useOrganization()
  if (value === null || value === undefined) return <span className="text-ink-3">–</span>
  return <span className={cn("num", className)}>{money(value, currency ?? organization?.currency ?? "USD")}</span>
}
