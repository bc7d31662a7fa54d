/** What somebody should know of a column before a model learns from it. */
import { percent } from "@/ui/format"
import type { Column } from "./queries"

const MUCH_MISSING = 0.3
const FAR_OUT = 20

export function warningsOf(column: Column): string[] {
  if (column.missing >= 1) return ["It is empty: nothing can be learnt from it."]
  const found: string[] = []
  if (column.looks_like_id)
    found.push("It looks like an id: every row has its own. It says which row, not how rows differ.")
  if (column.distinct === 1) found.push("Every row has the same value: nothing can be learnt from it.")
  if (column.missing >= MUCH_MISSING) found.push(`${percent(column.missing)} of its values are missing.`)
  const { quantiles, min, max } = column
  if (quantiles && typeof min === "number" && typeof max === "number") {
    const { p05 = min, p95 = max } = quantiles
    const reach = Math.max(p95 - p05, Math.abs(p95), Math.abs(p05)) * FAR_OUT
    if (reach > 0 && (max - p95 > reach || p05 - min > reach))
      found.push("Some values lie very far from the others; they may be mistakes.")
  }
  return found
}
