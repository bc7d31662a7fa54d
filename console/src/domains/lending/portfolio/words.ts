/** Figures of the portfolio as they are read. */

/** "Oct 26" for the month that begins on `2026-10-01`. */
export const monthName = (begins: string) =>
  new Date(`${begins}T00:00:00Z`).toLocaleDateString(undefined, { month: "short", year: "2-digit", timeZone: "UTC" })

const MONTHS_A_QUARTER = 3

/** "Q4 2026" or "Oct 26". */
export function cohortName(begins: string, by: "month" | "quarter"): string {
  if (by === "month") return monthName(begins)
  const [year, month] = begins.split("-").map(Number)
  return `Q${Math.floor((month! - 1) / MONTHS_A_QUARTER) + 1} ${year}`
}

/** "$1.2M": for axes, where cents say nothing. */
export function shortMoney(value: number, currency: string): string {
  try {
    return value.toLocaleString(undefined, {
      style: "currency",
      currency,
      notation: "compact",
      maximumFractionDigits: 1,
    })
  } catch {
    return value.toLocaleString()
  }
}

export const shareText = (share: number | null | undefined) =>
  share === null || share === undefined
    ? "–"
    : share.toLocaleString(undefined, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** The months from the first in which anything happened on. */
export function sinceFirst<T>(months: T[], happened: (month: T) => boolean): T[] {
  const first = months.findIndex(happened)
  return first < 0 ? [] : months.slice(first)
}
