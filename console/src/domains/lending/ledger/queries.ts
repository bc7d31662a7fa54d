import { query, type Schema } from "@/api/client"

export type Account = Schema["LedgerAccountView"]
export type Posting = Schema["PostingView"]
export type Period = Schema["PeriodView"]

const ACCOUNTS_MAX = 200

export const accountsQuery = query.queryOptions("get", "/api/v1/lending/ledger/accounts", {
  params: { query: { limit: ACCOUNTS_MAX } },
})

/** Whether a cached answer is about the ledger. */
export const aboutLedger = ({ queryKey }: { queryKey: readonly unknown[] }) =>
  typeof queryKey[1] === "string" && queryKey[1].startsWith("/api/v1/lending/ledger")

export const TYPES: Schema["AccountType"][] = ["asset", "liability", "equity", "income", "expense"]
export const TYPE_NAMES: Record<Schema["AccountType"], string> = {
  asset: "Assets",
  liability: "Liabilities",
  equity: "Equity",
  income: "Income",
  expense: "Expenses",
}
