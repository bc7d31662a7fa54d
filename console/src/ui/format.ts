/** Numbers, money and moments in words, in the reader's language and the organisation's zone and currency. */

export interface Clock {
  business_anchor: string
  system_anchor: string
  speed: number
}

/** Business time now: an organisation's own straight line through system time. */
export function businessNow(clock: Clock, system: Date = new Date()): Date {
  const elapsed = system.getTime() - Date.parse(clock.system_anchor)
  return new Date(Date.parse(clock.business_anchor) + elapsed * clock.speed)
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
]
const SKEW_SECONDS = 3
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" })

/** "3 hr. ago", "in 2 days", "now". */
export function relative(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000
  // The clocks of two machines are never quite alike.
  if (Math.abs(seconds) < SKEW_SECONDS) return RELATIVE.format(0, "second")
  for (const [unit, length] of UNITS)
    if (Math.abs(seconds) >= length) return RELATIVE.format(Math.round(seconds / length), unit)
  return RELATIVE.format(0, "second")
}

export const absolute = (at: Date, timeZone?: string) =>
  at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium", timeZone }) +
  (timeZone ? ` ${zoneName(at, timeZone)}` : "")

const zoneName = (at: Date, timeZone: string) =>
  new Intl.DateTimeFormat(undefined, { timeZone, timeZoneName: "short" })
    .formatToParts(at)
    .find((part) => part.type === "timeZoneName")?.value ?? timeZone

export const count = (value: number) => value.toLocaleString()

/** Money from the API's decimal string; cents only where there are any or the amount is small. */
export function money(value: string | number, currency: string): string {
  const amount = Number(value)
  const digits = Number.isInteger(amount) && Math.abs(amount) >= 1000 ? 0 : undefined
  try {
    return amount.toLocaleString(undefined, {
      style: "currency",
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
  } catch {
    return `${amount.toLocaleString()} ${currency}` // A code that the browser does not know.
  }
}

export const percent = (share: number, digits = 0) =>
  share.toLocaleString(undefined, { style: "percent", maximumFractionDigits: digits })

/** A duration in its two largest units: "2 h 5 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ""}`
  if (whole < 86_400)
    return `${Math.floor(whole / 3_600)} h${Math.floor((whole % 3_600) / 60) ? ` ${Math.floor((whole % 3_600) / 60)} min` : ""}`
  return `${Math.floor(whole / 86_400)} d${Math.floor((whole % 86_400) / 3_600) ? ` ${Math.floor((whole % 86_400) / 3_600)} h` : ""}`
}

/** "lending.application" or "act_threshold" as words: "Lending application". */
export function words(code: string): string {
  const text = code.replaceAll(/[._-]+/g, " ").trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Who did something, from labels such as "user:ann@example.org" or "model:2:866bcb776177". */
export function actor(label: string): string {
  const [kind, ...rest] = label.split(":")
  const name = rest.join(":")
  if (kind === "user") return name
  if (kind === "key") return `API key ${name}`
  if (kind === "model") return `Model ${rest[0] ?? ""}`
  if (kind === "policy") return `Policy ${name}`
  if (kind === "system") return name ? `System (${name})` : "System"
  if (kind === "executor") return "Worker"
  return label
}

/** Any value of a record as text. */
export function plain(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–"
  if (typeof value === "boolean") return value ? "yes" : "no"
  if (typeof value === "number") return value.toLocaleString(undefined, { maximumFractionDigits: 4 })
  if (Array.isArray(value)) return value.map(plain).join(", ")
  if (typeof value === "object") return JSON.stringify(value)
  return String(value)
}
