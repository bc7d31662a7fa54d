import { type ReactNode, useId } from "react"
import { Input, Select } from "@/ui/field"
import type { Account } from "./queries"
import type { Change, LedgerSearch } from "./search"

/** A day of the search, with its label beside it. */
export function Day({
  label,
  value,
  max,
  onChange,
}: {
  label: string
  value: string | undefined
  max?: string
  onChange: (day: string | undefined) => void
}) {
  const id = useId()
  return (
    <span className="inline-flex items-center gap-2">
      <label htmlFor={id} className="text-xs text-ink-3">
        {label}
      </label>
      <span className="w-36">
        <Input
          id={id}
          type="date"
          value={value ?? ""}
          max={max}
          onChange={(event) => onChange(event.target.value || undefined)}
        />
      </span>
    </span>
  )
}

/** The account that is meant. */
export const AccountSelect = ({
  accounts,
  value,
  all,
  onChange,
}: {
  accounts: Account[]
  value: string | undefined
  /** What choosing none is called; without it one must be chosen. */
  all?: string
  onChange: (code: string | undefined) => void
}) => (
  <Select
    aria-label="Account"
    className="max-w-72"
    value={value ?? ""}
    onChange={(event) => onChange(event.target.value || undefined)}
  >
    {all && <option value="">{all}</option>}
    {accounts.map((account) => (
      <option key={account.code} value={account.code}>
        {account.code} {account.name}
      </option>
    ))}
  </Select>
)

/** The currencies there are, where there are several. */
export function CurrencySelect({
  known,
  search,
  all,
  onChange,
}: {
  known: string[]
  search: LedgerSearch
  all?: string
  onChange: Change
}) {
  const currencies = [...new Set([...known, search.currency ?? ""])].filter(Boolean)
  if (currencies.length < 2 && !search.currency) return null
  return (
    <Select
      aria-label="Currency"
      className="max-w-40"
      value={search.currency ?? ""}
      onChange={(event) => onChange({ currency: event.target.value || undefined, after: undefined })}
    >
      {all && <option value="">{all}</option>}
      {currencies.map((each) => (
        <option key={each}>{each}</option>
      ))}
    </Select>
  )
}

/** The row of filters above a table. */
export const Filters = ({ children }: { children: ReactNode }) => (
  <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">{children}</div>
)
