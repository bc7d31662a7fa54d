import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { Button } from "@/ui/button"
import { Input, Select } from "@/ui/field"
import { words } from "@/ui/format"
import { productsQuery } from "../queries"
import { useBusinessToday } from "../terms/days"
import { type PortfolioSearch, SPANS } from "./search"

/** Which loans are meant, as of which day, and how far back the charts reach. */
export function PortfolioFilters({
  search,
  portfolio,
  onChange,
}: {
  search: PortfolioSearch
  portfolio: Schema["PortfolioView"] | undefined
  onChange: (change: Partial<PortfolioSearch>) => void
}) {
  const today = useBusinessToday()
  const products = useQuery(productsQuery).data?.items
  const nameOf = (key: string) => products?.find((product) => product.key === key)?.name ?? words(key)
  const offered = portfolio?.offered ?? []
  const currency = search.currency ?? portfolio?.currency ?? ""
  const currencies = [...new Set([currency, ...offered.map((each) => each.currency)])].filter(Boolean)
  const keys = [...new Set([search.product ?? "", ...offered.map((each) => each.product)])].filter(Boolean)
  const isNarrowed = search.on !== undefined || search.currency !== undefined || search.product !== undefined
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Labelled label="Product" className="w-44">
        {(name) => (
          <Select
            aria-label={name}
            value={search.product ?? ""}
            onChange={(event) => onChange({ product: event.target.value || undefined })}
          >
            <option value="">All products</option>
            {keys.map((key) => (
              <option key={key} value={key}>
                {nameOf(key)}
              </option>
            ))}
          </Select>
        )}
      </Labelled>
      {currencies.length > 1 && (
        <Labelled label="Currency" className="w-24">
          {(name) => (
            <Select aria-label={name} value={currency} onChange={(event) => onChange({ currency: event.target.value })}>
              {currencies.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </Select>
          )}
        </Labelled>
      )}
      <Labelled label="As of" className="w-40">
        {(name) => (
          <Input
            aria-label={name}
            type="date"
            max={today}
            value={search.on ?? today}
            onChange={(event) => {
              const day = event.target.value
              onChange({ on: day && day < today ? day : undefined })
            }}
          />
        )}
      </Labelled>
      <Labelled label="Months in the charts" className="w-40">
        {(name) => (
          <Select
            aria-label={name}
            value={search.months ?? "24"}
            onChange={(event) => onChange({ months: SPANS.find((span) => span === event.target.value) })}
          >
            {SPANS.map((span) => (
              <option key={span} value={span}>
                Last {span} months
              </option>
            ))}
          </Select>
        )}
      </Labelled>
      {isNarrowed && (
        <Button variant="ghost" onClick={() => onChange({ on: undefined, currency: undefined, product: undefined })}>
          Clear filters
        </Button>
      )}
    </div>
  )
}

const Labelled = ({
  label,
  className,
  children,
}: {
  label: string
  className: string
  children: (label: string) => ReactNode
}) => <span className={`inline-flex ${className}`}>{children(label)}</span>
