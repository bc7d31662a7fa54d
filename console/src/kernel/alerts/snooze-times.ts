/** Until when an alert can be out of sight. All moments are system time. */
import { momentOf, startOfDay } from "@/ui/days"

export const SNOOZE_DAYS_MAX = 30
const MINUTE_MILLISECONDS = 60_000
const MORNING_HOUR = 9

/** Nine in the morning of the next day in a time zone. */
export function tomorrowMorning(now: Date, timeZone: string): Date {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone }).format(now)
  const midnight = new Date(momentOf(today, timeZone, 1)!)
  return new Date(midnight.getTime() + MORNING_HOUR * 60 * MINUTE_MILLISECONDS)
}

/** A moment as a person writes it ("2026-11-21T09:30") on the clock of a time zone; null where it is none. */
export function wallClock(text: string, timeZone: string): Date | null {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})/.exec(text)
  if (!match) return null
  const begins = startOfDay(match[1]!, timeZone).getTime()
  return new Date(begins + (Number(match[2]) * 60 + Number(match[3])) * MINUTE_MILLISECONDS)
}

/** What is wrong with a moment to snooze until; null where nothing is. */
export function snoozeFault(until: Date | null, now: Date): string | null {
  if (until === null || Number.isNaN(until.getTime())) return "Say until when."
  if (until <= now) return "That is over already."
  if (until.getTime() - now.getTime() > SNOOZE_DAYS_MAX * 24 * 60 * MINUTE_MILLISECONDS)
    return `At most ${SNOOZE_DAYS_MAX} days.`
  return null
}
