/** What the URL of the portfolio says; whatever does not fit is undefined. */
import type { Schema } from "@/api/client"
import { moment, oneOf, short } from "@/ui/search-params"

export const MEASURES: Schema["Measure"][] = ["par30", "par90", "charged_off"]
export const COHORTS = ["quarter", "month"] as const
export const SPANS = ["12", "24", "36", "60"] as const

/** `on` is a day of the books; `months` how far back the charts reach, `by` how loans are put into cohorts. */
export interface PortfolioSearch {
  on?: string
  currency?: string
  product?: string
  months?: (typeof SPANS)[number]
  measure?: Schema["Measure"]
  by?: (typeof COHORTS)[number]
}

type Raw = Record<string, unknown>
const DAY = /^\d{4}-\d{2}-\d{2}$/
const CURRENCY = /^[A-Z]{3}$/
const KEY_LENGTH_MAX = 200

export function readPortfolioSearch(raw: Raw): PortfolioSearch {
  const on = moment(raw, "on")
  const currency = short(raw, "currency", KEY_LENGTH_MAX)
  return {
    on: on && DAY.test(on) ? on : undefined,
    currency: currency && CURRENCY.test(currency) ? currency : undefined,
    product: short(raw, "product", KEY_LENGTH_MAX),
    // The router reads what looks like a number as one.
    months: oneOf({ months: String(raw.months) }, "months", SPANS),
    measure: oneOf(raw, "measure", MEASURES),
    by: oneOf(raw, "by", COHORTS),
  }
}
