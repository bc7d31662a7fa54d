import { Link } from "@tanstack/react-router"
import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { Sparkline } from "@/ui/chart"
import { count } from "@/ui/format"
import { Money } from "@/ui/when"
import { Explained } from "./parts"
import { shareText } from "./words"

type Months = Schema["PortfolioMonth"][]

const DAYS_SHOWN = [30, 60, 90]

/** The portfolio in eight figures, each with the words that explain it and, where it is known, its course over the months. */
export function KeyFigures({ portfolio, months }: { portfolio: Schema["PortfolioView"]; months: Months | undefined }) {
  const { currency } = portfolio
  const risk = (days: number) => portfolio.at_risk.find((each) => each.days === days)?.share
  const course = (pick: (month: Months[number]) => string | number | null | undefined) =>
    months?.map((month) => {
      const value = pick(month)
      return value === null || value === undefined ? null : Number(value)
    })
  const yields = months?.filter((month) => month.yield_share !== null)
  const lately = yields?.[yields.length - 1]
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Figure
        term="Loans"
        about="Loans that are open and not charged off."
        value={<Opened to={{ state: ["active", "overpaid"] }}>{count(portfolio.count)}</Opened>}
        note={
          portfolio.average_size === null ? (
            "None open"
          ) : (
            <>
              <Money value={portfolio.average_size} currency={currency} /> each on average
            </>
          )
        }
        course={course((month) => month.count)}
      />
      <Figure
        term="Outstanding"
        about="Principal that was paid out and is not repaid."
        value={<Money value={portfolio.outstanding} currency={currency} />}
        note={
          <>
            of <Money value={portfolio.principal} currency={currency} /> paid out
          </>
        }
        course={course((month) => month.outstanding)}
      />
      <Figure
        term="Owed"
        about="Principal, interest, fees and penalties that borrowers owe today."
        value={<Money value={portfolio.owed} currency={currency} />}
        note={
          <>
            <Money value={portfolio.arrears} currency={currency} /> of it overdue
          </>
        }
      />
      <Figure
        term="Rate"
        about="The nominal rate a year, weighted by principal outstanding."
        value={portfolio.average_rate === null ? "–" : `${portfolio.average_rate.toFixed(2)} %`}
        note={lately ? `${shareText(lately.yield_share)} earned a year, lately` : "Yield not known yet"}
        course={course((month) => month.yield_share)}
      />
      {DAYS_SHOWN.map((days) => (
        <Figure
          key={days}
          term={`PAR ${days}`}
          about={`Portfolio at risk: the share of principal outstanding in loans ${days} or more days past due.`}
          value={shareText(risk(days))}
          note={days === 30 ? `${shareText(risk(1))} late by a day or more` : `${days} days past due or more`}
          course={course((month) => month.at_risk.find((each) => each.days === days)?.share)}
        />
      ))}
      <Figure
        term="Provisions"
        about="What is set aside for losses that are expected; coverage is its share of principal outstanding."
        value={<Money value={portfolio.provision} currency={currency} />}
        note={`${shareText(portfolio.coverage)} coverage`}
        course={course((month) => month.provision)}
      />
    </dl>
  )
}

function Figure({
  term,
  about,
  value,
  note,
  course,
}: {
  term: string
  about: string
  value: ReactNode
  note: ReactNode
  course?: (number | null)[]
}) {
  return (
    <div className="card relative min-w-0 overflow-hidden p-4">
      <dt className="text-xs text-ink-3">
        <Explained term={term}>{about}</Explained>
      </dt>
      <dd className="num mt-1 truncate text-xl font-semibold tracking-tight sm:text-2xl">{value}</dd>
      <dd className="mt-0.5 truncate text-xs text-ink-3">{note}</dd>
      {course && (
        <dd>
          <Sparkline values={course} className="absolute top-3 right-3 hidden h-7 w-16 sm:block" />
        </dd>
      )}
    </div>
  )
}

const Opened = ({ to, children }: { to: { state: Schema["LoanState"][] }; children: ReactNode }) => (
  <Link to="/loans" search={to} className="hover:underline">
    {children}
  </Link>
)
