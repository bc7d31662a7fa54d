/** Forecasts in words. */
import { percent, words } from "@/ui/format"
import type { ForecastRow } from "./queries"
import type { Kind } from "./search"

const KIND_WORDS: Record<Kind, { word: string; does: string }> = {
  revenue: {
    word: "Revenue",
    does: "How a figure goes on: revenue, sales, volumes; for each shop or product, and in all.",
  },
  service_demand: {
    word: "Service demand",
    does: "How much will be asked for, when it is busiest, and what capacity is enough.",
  },
  inventory: { word: "Inventory", does: "What to order of each item, from its demand, stock, lead time and costs." },
  churn: { word: "Churn", does: "Which customers are likely to leave, and what those who stay are worth." },
}
export const kindWord = (kind: Kind) => KIND_WORDS[kind].word
export const kindDoes = (kind: Kind) => KIND_WORDS[kind].does

const METHOD_WORDS: Record<string, string> = {
  combination: "Combination of methods",
  theta: "Theta",
  damped_trend: "Damped trend",
  seasonal_naive: "Seasonal naive",
}
export const methodWord = (method: string) => METHOD_WORDS[method] ?? words(method)

const PERIODS: Record<string, [string, string]> = {
  hourly: ["hour", "hours"],
  daily: ["day", "days"],
  weekly: ["week", "weeks"],
  monthly: ["month", "months"],
  quarterly: ["quarter", "quarters"],
  yearly: ["year", "years"],
}
export const periods = (amount: number, frequency: string | null | undefined) =>
  `${amount.toLocaleString()} ${(PERIODS[frequency ?? ""] ?? ["period", "periods"])[amount === 1 ? 0 : 1]}`

const LARGE = 1_000
const SMALL_DIGITS = 2

/** An amount as it is read: no cents where there are thousands. */
export const amount = (value: number | null | undefined) =>
  value === null || value === undefined
    ? "–"
    : value.toLocaleString(undefined, { maximumFractionDigits: Math.abs(value) >= LARGE ? 0 : SMALL_DIGITS })

/** "3.1% more", "as much". */
export function change(now: number | null, before: number | null): string | null {
  if (now === null || before === null || before === 0) return null
  const share = now / before - 1
  if (Math.abs(share) < 0.0005) return "as much as before"
  return `${percent(Math.abs(share), 1)} ${share > 0 ? "more" : "less"} than before`
}

/** What the tests of a forecast say of it, in a few words. */
export function tested({ skill, auc }: Pick<ForecastRow, "skill" | "auc">): string | null {
  if (auc !== null) return `AUC ${auc.toFixed(2)}`
  if (skill === null) return null
  return `${percent(Math.abs(skill))} ${skill >= 0 ? "better" : "worse"} than naive`
}
