/** What the address of the hub's dashboard says. */
import * as read from "@/ui/search-params"

export const SPANS = [7, 30, 90] as const
export const SPAN = 30

export interface InsightSearch {
  days?: number
}

export const readInsightSearch = (raw: Record<string, unknown>): InsightSearch => ({
  days: SPANS.find((each) => each === read.number(raw, "days")),
})
