/** Until when something can be out of sight. All moments are the organisation's own time. */
import { momentIn } from "@/ui/days"

export const MUTE_DAYS_MAX = 366
const DAY_MILLISECONDS = 86_400_000
const MINUTES = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/

/** A moment as a person writes it ("2026-11-21T09:30") on the clock of a time zone; null where it is none. */
export function written(text: string, timeZone: string): Date | null {
  const match = MINUTES.exec(text)
  if (!match) return null
  const at = momentIn(`${match[0]}:00`, timeZone)
  return Number.isNaN(at.getTime()) ? null : at
}

/** A moment as a field of dates and times takes it. */
export function fieldText(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(at)
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ""
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`
}

/** What is wrong with a moment to mute until; null where nothing is. */
export function muteFault(until: Date | null, now: Date): string | null {
  if (until === null) return "Say until when."
  if (until <= now) return "That is over already."
  if (until.getTime() - now.getTime() > MUTE_DAYS_MAX * DAY_MILLISECONDS) return `At most ${MUTE_DAYS_MAX} days.`
  return null
}

export const inDays = (now: Date, days: number) => new Date(now.getTime() + days * DAY_MILLISECONDS)
