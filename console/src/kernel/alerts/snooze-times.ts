/** Until when an alert can be out of sight. All moments are system time. */
import { momentOf, startOfDay } from "@/ui/days"

const SNOOZE_DAYS_MAX = 30
const MINUTE_MILLISECONDS = 60_000
const MORNING_HOUR = 9
const CLOCK_CHANGE_MINUTES_MAX = 120

/** Nine in the morning of the next day in a time zone. */
export function tomorrowMorning(now: Date, timeZone: string): Date {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone }).format(now)
  return onClock(new Date(momentOf(today, timeZone, 1)!), MORNING_HOUR * 60, timeZone)
}

/** A moment as a person writes it ("2026-11-21T09:30") on the clock of a time zone; null where it is none. */
export function wallClock(text: string, timeZone: string): Date | null {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})/.exec(text)
  return match && onClock(startOfDay(match[1]!, timeZone), Number(match[2]) * 60 + Number(match[3]), timeZone)
}

/** When the clock shows so many minutes after midnight, of the day that begins at `midnight`. */
function onClock(midnight: Date, minutes: number, timeZone: string): Date {
  const guess = new Date(midnight.getTime() + minutes * MINUTE_MILLISECONDS)
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" })
  const shown = parts.formatToParts(guess).map(({ type, value }) => [type, Number(value)] as const)
  const [hour, minute] = ["hour", "minute"].map((name) => shown.find(([type]) => type === name)![1])
  const off = minutes - (hour! * 60 + minute!)
  // Twice a year the clocks were put forward or back since midnight.
  return Math.abs(off) > CLOCK_CHANGE_MINUTES_MAX ? guess : new Date(guess.getTime() + off * MINUTE_MILLISECONDS)
}

/** What is wrong with a moment to snooze until; null where nothing is. */
export function snoozeFault(until: Date | null, now: Date): string | null {
  if (until === null || Number.isNaN(until.getTime())) return "Say until when."
  if (until <= now) return "That is over already."
  if (until.getTime() - now.getTime() > SNOOZE_DAYS_MAX * 24 * 60 * MINUTE_MILLISECONDS)
    return `At most ${SNOOZE_DAYS_MAX} days.`
  return null
}
