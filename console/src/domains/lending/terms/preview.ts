/** A loan on a product's terms, asked of the API as it would be booked. */
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { useSettled } from "@/ui/use-settled"
import type { CreditTerms } from "./document"
import { periodsOf } from "./summaries"

export type SchedulePreview = Schema["SchedulePreview"]
export interface Ask {
  amount: string
  termMonths: number
  /** Percent a year. */
  rate: string
  start: string
}

const WAIT_MILLISECONDS = 350
const KEPT_MILLISECONDS = 60_000
/** What a loan takes from its product as it stands there. */
const SHARED = [
  "every",
  "due_day",
  "day_count",
  "method",
  "formula",
  "rounding",
  "instalment_rounding",
  "level_last",
  "broken_period",
  "grace",
  "balloon",
  "down_payment",
  "fees",
  "penalty",
  "allocation",
  "basis",
  "tolerance_amount",
  "tolerance_days",
  "close_tolerance",
] as const satisfies (keyof CreditTerms)[]

const isAmount = (text: string) => /^\d+(\.\d+)?$/.test(text)

/** Why a product does not lend this amount, or not over this term; each null where it does. */
export function rangeFaults({ amounts, terms }: CreditTerms, amount: string, months: number) {
  const [low, high] = [Number(amounts.minimum), Number(amounts.maximum)]
  const listed = terms.allowed.length > 0
  return {
    amount: !isAmount(amount)
      ? "Give an amount."
      : Number(amount) < low || Number(amount) > high
        ? `Lent are ${low.toLocaleString()} to ${high.toLocaleString()}.`
        : null,
    term: (listed ? terms.allowed.includes(months) : months >= terms.minimum && months <= terms.maximum)
      ? null
      : listed
        ? `Granted are ${terms.allowed.join(", ")} months.`
        : `Granted are ${terms.minimum} to ${terms.maximum} months.`,
  }
}

/** The terms of one loan; null where the term does not divide into periods. */
export function loanTerms(terms: CreditTerms, currency: string, ask: Ask) {
  const periods = periodsOf(terms.every, ask.termMonths)
  if (periods === null) return null
  const shared = Object.fromEntries(SHARED.map((name) => [name, terms[name]])) as Pick<
    CreditTerms,
    (typeof SHARED)[number]
  >
  return { amount: ask.amount, currency, rate: ask.rate, periods, start: ask.start, ...shared }
}

/** The schedule of such a loan; where the term does not divide into periods there is none. */
export function useSchedule(terms: CreditTerms | null, currency: string, ask: Ask, ready: boolean) {
  const body = terms && ready ? loanTerms(terms, currency, ask) : null
  const planned = usePlanned(body)
  const undivided = terms !== null && ready && body === null
  return undivided ? { ...planned, busy: false, error: "The term does not divide into these periods." } : planned
}

/** The schedule of one loan, a moment after one has stopped typing; the last good one stays while something is wrong. */
export function usePlanned(body: object | null) {
  const written = JSON.stringify(body)
  const settled = useSettled(written, WAIT_MILLISECONDS)
  const query = useQuery({
    queryKey: ["schedule-preview", settled],
    queryFn: async ({ signal }) => {
      const { data } = await api.POST("/api/v1/lending/schedules/preview", { body: JSON.parse(settled), signal })
      return data!
    },
    enabled: settled !== "null",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MILLISECONDS,
    retry: (count, error) => asApiError(error).transient && count < 2,
  })
  const [good, setGood] = useState<SchedulePreview>()
  if (query.data && query.data !== good) setGood(query.data)
  return {
    shown: query.data ?? good,
    busy: body !== null && (settled !== written || query.isFetching),
    error: query.error ? asApiError(query.error).sentence : null,
  }
}
