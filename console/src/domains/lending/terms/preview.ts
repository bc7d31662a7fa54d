/** A loan as it would be booked: every figure is the server's. */
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { type ApiError, asApiError } from "@/api/problem"
import type { paths } from "@/api/schema"
import { useSettled } from "@/ui/use-settled"

export type SchedulePreview = Schema["SchedulePreview"]
/** A loan on the terms of a draft, or of a product that is published. */
export type ProductLoan = Schema["ScheduleOfProductBody"]
export type LoanTerms = paths["/api/v1/lending/schedules/preview"]["post"]["requestBody"]["content"]["application/json"]

const WAIT_MILLISECONDS = 350
const KEPT_MILLISECONDS = 60_000

/** What the server makes of `asked`, a moment after one has stopped typing; the last good answer stays while something is wrong. */
export function usePreview<Asked extends object, Answer>(
  name: string,
  asked: Asked | null,
  ask: (asked: Asked, signal: AbortSignal) => Promise<Answer>,
) {
  const written = JSON.stringify(asked)
  const settled = useSettled(written, WAIT_MILLISECONDS)
  const query = useQuery({
    queryKey: ["preview", name, settled],
    queryFn: ({ signal }) => ask(JSON.parse(settled), signal),
    enabled: settled !== "null",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MILLISECONDS,
    retry: (count, error) => asApiError(error).transient && count < 2,
  })
  const [good, setGood] = useState<Answer>()
  if (query.data && query.data !== good) setGood(query.data)
  return {
    shown: query.data ?? good,
    busy: asked !== null && (settled !== written || query.isFetching),
    fault: query.error && asked !== null ? asApiError(query.error) : null,
  }
}

/** The schedule of a loan on a product's terms. */
export const useProductLoan = (loan: ProductLoan | null) =>
  usePreview("product", loan, async (body, signal) => {
    const { data } = await api.POST("/api/v1/lending/products/preview-schedule", { body, signal })
    return data!
  })

/** The schedule of a loan whose own terms are known, such as those of an offer. */
export const usePlanned = (terms: LoanTerms | null) =>
  usePreview("terms", terms, async (body, signal) => {
    const { data } = await api.POST("/api/v1/lending/schedules/preview", { body, signal })
    return data!
  })

/** What a preview was refused for, where it was for this field. */
export const faultAt = (fault: ApiError | null, field: string) => (fault?.field === field ? fault.sentence : null)
