/** Amounts as they stand in columns: always with the cents of their currency, so that they line up. */
import { cn } from "@/ui/cn"

const formats = new Map<string, Intl.NumberFormat>()

function formatOf(currency: string, bare: boolean): Intl.NumberFormat | null {
  const key = `${currency}${bare}`
  const known = formats.get(key)
  if (known) return known
  try {
    const digits = new Intl.NumberFormat(undefined, { style: "currency", currency }).resolvedOptions()
    const made = bare
      ? new Intl.NumberFormat(undefined, {
          minimumFractionDigits: digits.minimumFractionDigits,
          maximumFractionDigits: digits.maximumFractionDigits,
        })
      : new Intl.NumberFormat(undefined, { style: "currency", currency, currencyDisplay: "narrowSymbol" })
    formats.set(key, made)
    return made
  } catch {
    return null // A code that the browser does not know.
  }
}

export const amountText = (value: string | number, currency: string, bare = false) =>
  formatOf(currency, bare)?.format(Number(value)) ?? `${Number(value).toLocaleString()}${bare ? "" : ` ${currency}`}`

/** An amount; `bare` without its currency, where that stands above. What is nothing is quiet. */
export function Amount({
  value,
  currency,
  bare = false,
  className,
}: {
  value: string | number | null | undefined
  currency: string
  bare?: boolean
  className?: string
}) {
  if (value === null || value === undefined) return <span className="text-ink-3">–</span>
  return (
    <span className={cn("num", Number(value) === 0 && !className ? "text-ink-3" : className)}>
      {amountText(value, currency, bare)}
    </span>
  )
}

export const isZero = (value: string | null | undefined) => !value || Number(value) === 0

/** "12.5 %" for the API's "12.5000". */
export const rateText = (rate: string) => `${Number(rate).toLocaleString(undefined, { maximumFractionDigits: 4 })} %`

/** Sums of the API's decimal strings, exact to four places. */
export function sum(values: (string | null | undefined)[]): number {
  return values.reduce((total, value) => total + Math.round(Number(value ?? 0) * SCALE), 0) / SCALE
}
const SCALE = 10_000
