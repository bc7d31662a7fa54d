import { Chart, type ChartData, type Series } from "@/ui/chart"
import { bytes, type Measure, meanMilliseconds, milliseconds, type Row } from "./figures"

/** One measure over the days of the period. */
export function UsageChart({ measure, days }: { measure: Measure; days: Row[] }) {
  return (
    <Chart
      data={{ ...chartOf(measure, days), points: days.map(({ key }) => shortDay(key)), axis: "Day" }}
      className="h-56"
    />
  )
}

const shortDay = (day: string) =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { day: "numeric", month: "short", timeZone: "UTC" })

const bars = (name: string, colour: string, values: (number | null)[]): Series => ({ name, colour, values })

function chartOf(measure: Measure, days: Row[]): Pick<ChartData, "label" | "kind" | "series" | "format"> {
  switch (measure) {
    case "requests":
      return {
        label: "Requests by day, those that failed apart",
        kind: "stacked",
        series: [
          bars(
            "Answered",
            "accent",
            days.map((day) => day.requests - day.errors),
          ),
          bars(
            "Failed",
            "decline-fill",
            days.map((day) => day.errors),
          ),
        ],
      }
    case "decisions":
      return {
        label: "Decisions by day",
        kind: "bars",
        series: [
          bars(
            "Decisions",
            "accent",
            days.map((day) => day.decisions),
          ),
        ],
      }
    case "bytes":
      return {
        label: "Bytes of bodies by day",
        kind: "stacked",
        series: [
          bars(
            "Received",
            "accent",
            days.map((day) => day.bytes_in),
          ),
          bars(
            "Sent",
            "info-fill",
            days.map((day) => day.bytes_out),
          ),
        ],
        format: bytes,
      }
    case "time":
      return {
        label: "Mean time until an answer began, by day",
        kind: "line",
        series: [bars("Mean time", "accent", days.map(meanMilliseconds))],
        format: milliseconds,
      }
  }
}
