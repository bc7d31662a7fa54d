/** What the address says of a model's monitoring, beside `version`. */
import * as read from "@/ui/search-params"

const TEXT_MAX = 200

export interface MonitoringSearch {
  /** The figure that is drawn. */
  metric?: string
  /** The column whose course is drawn. */
  column?: string
}

export const readMonitoringSearch = (raw: Record<string, unknown>): MonitoringSearch => ({
  metric: read.short(raw, "metric", TEXT_MAX),
  column: read.short(raw, "column", TEXT_MAX),
})
