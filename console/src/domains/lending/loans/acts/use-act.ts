import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useRef, useState } from "react"
import { api, once, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { useSettled } from "@/ui/use-settled"
import { aboutLoans, type Loan } from "../queries"

type Body = Schema["TransactionBody"]
const WAIT_MILLISECONDS = 300
const PREVIEW = "/api/v1/lending/loans/{loan_id}/transactions/preview"

/** What recording this would do, a moment after typing stopped. The reason changes nothing in it, so it is not waited for. */
export function usePreview(loan: Loan, body: Body | null) {
  const written = useSettled(body && JSON.stringify({ ...body, reason: null, reference: null }), WAIT_MILLISECONDS)
  const query = useQuery({
    // Named as the client names its queries, so that live events make it stale.
    queryKey: ["post", PREVIEW, loan.id, loan.version, written],
    queryFn: async ({ signal }) => {
      const { data } = await api.POST(PREVIEW, {
        params: { path: { loan_id: loan.id } },
        body: JSON.parse(written!),
        signal,
      })
      return data!
    },
    enabled: written !== null,
    placeholderData: keepPreviousData,
    retry: false,
  })
  return {
    effect: body && !query.error ? query.data : undefined,
    error: body && query.error ? asApiError(query.error) : null,
    busy: body !== null && (query.isFetching || JSON.stringify({ ...body, reason: null, reference: null }) !== written),
  }
}

/** The version of the loan that was looked at, which moves on only when the person says so. */
export function useSeenVersion(loan: Loan) {
  const [seen, setSeen] = useState(loan.version)
  return { seen, accept: () => setSeen(loan.version), moved: seen !== loan.version }
}

/** One key for one intention: what is sent again unchanged takes effect once. */
export function useOnceKey() {
  const held = useRef({ written: "", key: "" })
  return (body: unknown) => {
    const written = JSON.stringify(body)
    if (held.current.written !== written) held.current = { written, key: crypto.randomUUID() }
    return once(held.current.key)
  }
}

/** Do something to a loan; whatever comes of it, everything about loans is asked for again. */
export function useLoanAct<Given, Answer>(run: (given: Given) => Promise<Answer>, onSuccess: (answer: Answer) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: run,
    onSuccess,
    onSettled: () => client.invalidateQueries({ predicate: aboutLoans }),
  })
}
