/** What the API finds in a draft of a product, asked a moment after the last change. */
import { useQuery } from "@tanstack/react-query"
import { useDeferredValue } from "react"
import { api } from "@/api/client"
import { asApiError } from "@/api/problem"
import type { Finding } from "@/ui/findings-panel"
import { useSettled } from "@/ui/use-settled"
import type { ProductDraft } from "./product-draft"

const CHECK_MILLISECONDS = 400
const CHECKS_KEPT_MILLISECONDS = 60_000

export interface ProductCheck {
  findings: Finding[]
  publishable: boolean | undefined
  /** Whether the findings are about the draft as it stands. */
  current: boolean
  failed: string | null
}

export function useProductCheck(draft: ProductDraft, enabled = true): ProductCheck {
  const settled = useSettled(draft.document, CHECK_MILLISECONDS)
  const checked = useQuery({
    queryKey: ["product-check", JSON.stringify(settled)],
    queryFn: async ({ signal }) => {
      const { data } = await api.POST("/api/v1/lending/products/check", { body: { ...settled }, signal })
      return data!
    },
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: CHECKS_KEPT_MILLISECONDS,
    placeholderData: (previous) => previous,
  })
  const findings = useDeferredValue(checked.data?.findings) ?? []
  return {
    findings,
    publishable: checked.data?.publishable,
    current: settled === draft.document && !checked.isFetching,
    failed: checked.error ? asApiError(checked.error).sentence : null,
  }
}
