/** Arithmetic and words of metering. */
import type { Schema } from "@/api/client"
import { actor, words } from "@/ui/format"

export type Row = Schema["UsageView"]
export type Figures = Schema["UsageFigures"]

/** What was answered, where no other format than JSON was asked for. */
export const asReport = (answer: Schema["UsageReport"] | string) => answer as Schema["UsageReport"]

const DAY_MILLISECONDS = 86_400_000
export const DAY = /^\d{4}-\d{2}-\d{2}$/

export const VIEWS = ["day", "caller", "area"] as const
export type View = (typeof VIEWS)[number]

/** What the chart may show. */
export const MEASURES = {
  requests: "Requests",
  decisions: "Decisions",
  bytes: "Data",
  time: "Mean time",
} as const
export type Measure = keyof typeof MEASURES

/** Days count in UTC, as metering does. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

export const daysBefore = (day: string, days: number): string =>
  dayOf(new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MILLISECONDS))

/** Every day of a period, with zeros for those on which nothing was used. */
export function everyDay(rows: Row[], first: string, last: string): Row[] {
  const found = new Map(rows.map((row) => [row.key, row]))
  const days: Row[] = []
  for (let day = first; day <= last; day = daysBefore(day, -1)) days.push(found.get(day) ?? { ...NOTHING, key: day })
  return days
}

const NOTHING: Row = {
  key: "",
  name: null,
  requests: 0,
  errors: 0,
  bytes_in: 0,
  bytes_out: 0,
  decisions: 0,
  milliseconds: 0,
}

/** Mean milliseconds until an answer began; null where nothing was asked. */
export const meanMilliseconds = ({ requests, milliseconds }: Figures): number | null =>
  requests ? milliseconds / requests : null

const UNITS = ["B", "kB", "MB", "GB", "TB"]

/** "1.2 MB". */
export function bytes(value: number): string {
  let unit = 0
  let size = value
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${size.toLocaleString(undefined, { maximumFractionDigits: unit === 0 || size >= 100 ? 0 : 1 })} ${UNITS[unit]}`
}

export const milliseconds = (value: number | null): string =>
  value === null
    ? "–"
    : value >= 1000
      ? `${(value / 1000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`
      : `${value.toLocaleString(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 })} ms`

/** Decisions by who proposed them carry decisions alone; they stand beside callers. */
export const isSource = (key: string): boolean => key.startsWith("source:")

/** A row's key in words. */
export function labelOf(view: View, { key, name }: Row): string {
  if (view === "area") return words(key)
  if (view === "day") return key
  if (isSource(key)) return SOURCES[key.slice("source:".length)] ?? actor(key.slice("source:".length))
  const [kind, id = ""] = key.split(":")
  return name ?? `${kind === "key" ? "A removed key" : "A person who left"} (…${id.slice(-6)})`
}

const SOURCES: Record<string, string> = {
  key: "Programs with an API key",
  user: "People",
  system: "Intendant itself",
}

/** The most used first; of days the newest. */
export const inOrder = (view: View, rows: Row[]): Row[] =>
  view === "day" ? rows.toReversed() : rows.toSorted((a, b) => b.requests - a.requests || b.decisions - a.decisions)
