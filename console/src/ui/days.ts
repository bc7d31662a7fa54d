/** Days of an organisation, in its time zone. */

const DAY = /^\d{4}-\d{2}-\d{2}$/
const DAY_MILLISECONDS = 86_400_000

/** Where a day begins in a time zone. */
export const startOfDay = (day: string, timeZone: string): Date => momentIn(`${day}T00:00:00`, timeZone)

/** The moment at which clocks in a time zone show `2026-11-23T14:30`. */
export function momentIn(local: string, timeZone: string): Date {
  const utc = Date.parse(`${local}Z`)
  const offsetAt = (at: number) => {
    const parts = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    }).formatToParts(new Date(at))
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "0"
    const shown = Date.parse(
      `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:${part("second")}Z`,
    )
    return shown - at
  }
  const guess = utc - offsetAt(utc)
  // The offset may have changed between that time in UTC and that time there.
  return new Date(utc - offsetAt(guess))
}

/**
 * The moment that a day or moment of a search stands for, as the API takes it; a day is where it begins in the zone, `days` later.
 */
export const momentOf = (value: string | undefined, timeZone: string, days: number) => {
  if (value === undefined) return undefined
  if (!DAY.test(value)) return new Date(value).toISOString()
  const day = new Date(Date.parse(`${value}T00:00:00Z`) + days * DAY_MILLISECONDS).toISOString().slice(0, 10)
  return startOfDay(day, timeZone).toISOString()
}
