import { AlarmClock } from "lucide-react"
import { useOrganization, useTimeZone } from "@/app/session"
import { Tip } from "@/ui/basics"
import { cn } from "@/ui/cn"
import { absolute, businessNow, duration } from "@/ui/format"
import { useNow } from "@/ui/when"
import type { Approval } from "./queries"

/** Whether a moment of business time has passed. */
export function useIsOver(at: string): boolean {
  const organization = useOrganization()
  useNow()
  return organization !== undefined && businessNow(organization.clock) >= new Date(at)
}

/** The deadline of a case in words: how long there is, or how long it has been over. */
export function Due({ row, long, className }: { row: Approval; long?: boolean; className?: string }) {
  const organization = useOrganization()
  const timeZone = useTimeZone()
  const system = useNow()
  if (!organization) return null
  const at = new Date(row.due_at)
  const now = businessNow(organization.clock, new Date(Math.max(system.getTime(), Date.now())))
  const left = (at.getTime() - now.getTime()) / 1_000
  const overdue = left <= 0
  const span = duration(Math.abs(left))
  const full = absolute(at, timeZone)
  return (
    <Tip label={`Due ${full}`}>
      <time
        dateTime={row.due_at}
        className={cn(
          "num inline-flex items-center gap-1 whitespace-nowrap",
          overdue ? "font-medium text-review" : "text-ink-3",
          className,
        )}
      >
        {overdue && <AlarmClock aria-hidden className="size-3.5" />}
        {overdue ? `Overdue by ${span}` : long ? `Due in ${span}` : span}
        <span className="sr-only">, due {full}</span>
      </time>
    </Tip>
  )
}
