import { queryOptions } from "@tanstack/react-query"
import { api, query, type Schema } from "@/api/client"

export type LoanRow = Schema["LoanRow"]
export type Loan = Schema["LoanView"]
export type LoanAct = Loan["acts"][number]
export type Instalment = Schema["InstalmentView"]
export type Recorded = Schema["TransactionView"]
export type Figures = Schema["BookFigures"]
export type Effect = Schema["EffectPreview"]

export const LOANS = "/api/v1/lending/loans"
export const LOAN_FACETS = "/api/v1/lending/loans/facets"
const PAGE_MAX = 200

/** The day of the books and the moment of knowledge that a page is about; neither is the present. */
export interface AsOf {
  on?: string
  known_at?: string
}

export const loanQuery = (loanId: string, asOf: AsOf = {}) =>
  query.queryOptions("get", "/api/v1/lending/loans/{loan_id}", {
    params: { path: { loan_id: loanId }, query: asOf },
  })

const TRANSACTIONS = "/api/v1/lending/loans/{loan_id}/transactions"
const PAGES_MAX = 25

/** All that was recorded of a loan, in the order in which it became known. */
export const allTransactionsQuery = (loanId: string) =>
  queryOptions({
    // Named as the client names its queries, so that live events make it stale.
    queryKey: ["get", TRANSACTIONS, { loanId, all: true }],
    queryFn: async ({ signal }) => {
      const rows: Recorded[] = []
      let after: number | undefined
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const { data } = await api.GET(TRANSACTIONS, {
          params: { path: { loan_id: loanId }, query: { limit: PAGE_MAX, after } },
          signal,
        })
        rows.push(...data!.items)
        if (!data!.next) break
        after = Number(data!.next)
      }
      return rows
    },
  })

export const payoffQuery = (loanId: string, on?: string) =>
  query.queryOptions("get", "/api/v1/lending/loans/{loan_id}/payoff", {
    params: { path: { loan_id: loanId }, query: { on } },
  })

/** Paths whose answers change when something happens to a loan. */
const ABOUT = [LOANS, "/api/v1/lending/ledger", "/api/v1/lending/letters", "/api/v1/lending/collections"]

/** Whether a cached answer is about loans, their books, their letters or their collecting. */
export const aboutLoans = ({ queryKey }: { queryKey: readonly unknown[] }) => {
  const path = queryKey[1]
  return typeof path === "string" && ABOUT.some((each) => path.startsWith(each))
}
