/** What the URL of the ledger says; whatever does not fit is undefined. */
import { moment, oneOf, short, uuid } from "@/ui/search-params"

export const LEDGER_TABS = ["balance", "accounts", "statement", "postings", "periods"] as const
export type LedgerTab = (typeof LEDGER_TABS)[number]

/** Kinds of posting, as they come up in the life of a loan. */
export const KINDS = [
  "disbursement",
  "fee",
  "accrual",
  "repayment",
  "credit_used",
  "refund",
  "charge",
  "penalty",
  "waiver",
  "capitalize",
  "charge_off",
  "write_off",
  "recovery",
  "provision",
  "close",
] as const

/** `on` is a day of the books, `from` and `to` the first and last day of booking, `account` an account's code. */
export interface LedgerSearch {
  tab?: LedgerTab
  on?: string
  from?: string
  to?: string
  currency?: string
  account?: string
  kind?: (typeof KINDS)[number]
  loan?: string
  after?: string
  peek?: string
}

type Raw = Record<string, unknown>
const DAY = /^\d{4}-\d{2}-\d{2}$/
const CURRENCY = /^[A-Z]{3}$/
const CODE = /^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$/
const CURSOR_LENGTH_MAX = 120

export function readLedgerSearch(raw: Raw): LedgerSearch {
  const fits = (name: string, form: RegExp) => {
    const value = short(raw, name, CURSOR_LENGTH_MAX)
    return value !== undefined && form.test(value) ? value : undefined
  }
  const day = (name: string) => (moment(raw, name) ? fits(name, DAY) : undefined)
  return {
    tab: oneOf(raw, "tab", LEDGER_TABS),
    on: day("on"),
    from: day("from"),
    to: day("to"),
    currency: fits("currency", CURRENCY),
    account: fits("account", CODE),
    kind: oneOf(raw, "kind", KINDS),
    loan: uuid(raw, "loan"),
    after: short(raw, "after", CURSOR_LENGTH_MAX),
    peek: uuid(raw, "peek"),
  }
}

/** What a tab changes of the search; the other tabs keep nothing of it. */
export type Change = (part: Partial<LedgerSearch>) => void
