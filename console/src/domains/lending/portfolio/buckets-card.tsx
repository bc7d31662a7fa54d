import { Link } from "@tanstack/react-router"
import type { Schema } from "@/api/client"
import { Card } from "@/ui/basics"
import { count } from "@/ui/format"
import { Amount } from "../loans/amounts"
import { bucketLabel } from "../loans/states"
import { Cell, Explained, Nothing, PlainTable, RowHead } from "./parts"
import { shareText } from "./words"

const BAD_FROM_DAYS = 90
const colourOf = (days: number) =>
  days === 0 ? "bg-accent" : days < BAD_FROM_DAYS ? "bg-review-fill" : "bg-decline-fill"

/** Loans by how late they are; each bucket leads to its loans. */
export function BucketsCard({ portfolio }: { portfolio: Schema["PortfolioView"] }) {
  const { currency, buckets } = portfolio
  const largest = Math.max(...buckets.map((bucket) => bucket.share ?? 0), 0)
  return (
    <Card
      title={
        <Explained term="Arrears">
          Loans by the days their oldest unpaid instalment is past due. The bars show principal outstanding.
        </Explained>
      }
    >
      {buckets.length === 0 ? (
        <Nothing>No loan is open.</Nothing>
      ) : (
        <PlainTable
          label="Loans by days past due"
          heads={[
            { label: "Days past due" },
            { label: <span className="sr-only">Bar</span>, wide: true },
            { label: "Share", right: true },
            { label: "Loans", right: true },
            { label: "Outstanding", right: true },
            { label: "Overdue", right: true, wide: true },
            { label: "Provision", right: true, wide: true },
            { label: "Coverage", right: true, wide: true },
          ]}
        >
          {buckets.map((bucket) => (
            <tr key={bucket.key} className="border-b last:border-0">
              <RowHead>
                {portfolio.month_end ? (
                  bucketLabel(String(bucket.key))
                ) : (
                  <Link
                    to="/loans"
                    search={{
                      state: ["active", "overpaid"],
                      bucket: [String(bucket.key)],
                      product: portfolio.product ? [portfolio.product] : undefined,
                    }}
                    className="font-medium hover:underline"
                  >
                    {bucketLabel(String(bucket.key))}
                  </Link>
                )}
              </RowHead>
              <Cell wide>
                <span className="block h-2.5 w-full min-w-24 overflow-hidden rounded-full bg-sunken" aria-hidden>
                  <span
                    className={`block h-full rounded-full ${colourOf(bucket.key)}`}
                    style={{ width: `${largest ? ((bucket.share ?? 0) / largest) * 100 : 0}%` }}
                  />
                </span>
              </Cell>
              <Cell right>{shareText(bucket.share)}</Cell>
              <Cell right>{count(bucket.count)}</Cell>
              <Cell right>
                <Amount value={bucket.outstanding} currency={currency} />
              </Cell>
              <Cell right wide>
                <Amount value={bucket.arrears} currency={currency} />
              </Cell>
              <Cell right wide>
                <Amount value={bucket.provision} currency={currency} />
              </Cell>
              <Cell right wide>
                {shareText(bucket.coverage)}
              </Cell>
            </tr>
          ))}
        </PlainTable>
      )}
      {portfolio.charged_off_count > 0 && (
        <p className="mt-3 text-xs text-ink-3">
          Beside these,{" "}
          <Link to="/loans" search={{ state: ["charged_off"] }} className="text-accent underline">
            {count(portfolio.charged_off_count)} {portfolio.charged_off_count === 1 ? "loan is" : "loans are"} charged
            off
          </Link>
          , with a claim of <Amount value={portfolio.charged_off_claim} currency={currency} className="" />.
        </p>
      )}
    </Card>
  )
}
