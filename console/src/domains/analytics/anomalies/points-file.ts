/** Reading points out of a file: a table of times and values, or one JSON object a line. */
import { momentIn } from "@/ui/days"

export interface Point {
  /** The line of the file, from 1. */
  line: number
  at: string
  value: number
}

export interface Fault {
  row: number
  code: string
  field: string
  reason: string
}

export interface ReadFile {
  points: Point[]
  faults: Fault[]
}

export const POINTS_MAX = 500_000
const SEPARATORS = [",", ";", "\t"] as const
const HAS_ZONE = /(Z|[+-]\d{2}:?\d{2})$/i
const LOCAL = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(\.\d+)?)?$/
const TIME_NAMES = ["at", "time", "timestamp", "date", "datetime", "ts"]
const VALUE_NAMES = ["value", "count", "amount", "y"]

/** A time as it is written; without a zone it is one of the organisation's clocks. Null where it is none. */
export function momentWritten(text: string, timeZone: string): string | null {
  const trimmed = text.trim()
  if (LOCAL.test(trimmed)) {
    const [day, clock = "00:00:00"] = trimmed.replace(" ", "T").split("T") as [string, string?]
    const at = momentIn(`${day}T${clock.length === 5 ? `${clock}:00` : clock.slice(0, 8)}`, timeZone)
    return Number.isNaN(at.getTime()) ? null : at.toISOString()
  }
  const at = HAS_ZONE.test(trimmed) ? Date.parse(trimmed.replace(" ", "T")) : Number.NaN
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}

function valueWritten(value: unknown, separator: string): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null
  if (typeof value !== "string" || value.trim() === "") return null
  // A comma is a decimal sign only where it does not part the columns.
  const number = Number(separator === "," ? value.trim() : value.trim().replace(",", "."))
  return Number.isFinite(number) ? number : null
}

const unquoted = (cell: string) => cell.trim().replace(/^"(.*)"$/, "$1")

/** Read a file's text; lines that hold no point are told one by one. */
export function readPoints(text: string, timeZone: string): ReadFile {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/)
  const isJson =
    lines
      .find((line) => line.trim() !== "")
      ?.trimStart()
      .startsWith("{") ?? false
  return isJson ? readObjects(lines, timeZone) : readTable(lines, timeZone)
}

function take(into: ReadFile, line: number, at: unknown, value: unknown, separator: string, timeZone: string) {
  const moment = typeof at === "string" ? momentWritten(at, timeZone) : null
  const number = valueWritten(value, separator)
  if (moment === null)
    into.faults.push({
      row: line,
      code: "no_time",
      field: "at",
      reason: `"${String(at ?? "").slice(0, 60)}" is no time.`,
    })
  else if (number === null)
    into.faults.push({
      row: line,
      code: "no_number",
      field: "value",
      reason: `"${String(value ?? "").slice(0, 60)}" is no number.`,
    })
  else into.points.push({ line, at: moment, value: number })
}

function readObjects(lines: string[], timeZone: string): ReadFile {
  const read: ReadFile = { points: [], faults: [] }
  lines.forEach((text, index) => {
    if (text.trim() === "") return
    let object: Record<string, unknown> | null = null
    try {
      object = JSON.parse(text) as Record<string, unknown>
    } catch {
      read.faults.push({ row: index + 1, code: "no_json", field: "", reason: "The line is no JSON object." })
    }
    if (object) take(read, index + 1, object.at ?? object.time ?? object.timestamp, object.value, ",", timeZone)
  })
  return read
}

function readTable(lines: string[], timeZone: string): ReadFile {
  const read: ReadFile = { points: [], faults: [] }
  const first = lines.findIndex((line) => line.trim() !== "")
  if (first < 0) return read
  const separator = SEPARATORS.find((each) => lines[first]!.includes(each)) ?? ","
  const head = lines[first]!.split(separator).map((cell) => unquoted(cell).toLowerCase())
  const named = (names: string[]) => head.findIndex((cell) => names.includes(cell))
  const hasHead = momentWritten(head.find((cell) => momentWritten(cell, timeZone) !== null) ?? "", timeZone) === null
  const time = hasHead ? Math.max(named(TIME_NAMES), 0) : 0
  const byName = hasHead ? named(VALUE_NAMES) : -1
  const value = byName >= 0 && byName !== time ? byName : time === 0 ? 1 : 0
  lines.forEach((text, index) => {
    if (text.trim() === "" || (hasHead && index === first)) return
    const cells = text.split(separator).map(unquoted)
    take(read, index + 1, cells[time], cells[value], separator, timeZone)
  })
  return read
}
