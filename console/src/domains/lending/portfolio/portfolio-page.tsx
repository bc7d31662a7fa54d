import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { getRouteApi, Link } from "@tanstack/react-router"
import { ChartArea } from "lucide-react"
import type { ReactNode } from "react"
import { query } from "@/api/client"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Page } from "@/ui/page"
import { Empty, Fetched } from "@/ui/states"
import { dayText } from "../terms/days"
import { BucketsCard } from "./buckets-card"
import { KeyFigures } from "./key-figures"
import { AtRiskCard, LossesCard, VolumeCard } from "./month-charts"
import { PortfolioFilters } from "./portfolio-filters"
import { RollsCard } from "./rolls-card"
import type { PortfolioSearch } from "./search"
import { StagesCard } from "./stages-card"
import { VintagesCard } from "./vintages-card"

const route = getRouteApi("/portfolio")
const MONTHS = 24
const kept = { placeholderData: keepPreviousData }

/** What is lent, how it is repaid and what it may cost. */
export function PortfolioPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { currency, product } = search
  const of = { currency, product }
  const portfolio = useQuery(
    query.queryOptions("get", "/api/v1/lending/portfolio", { params: { query: { ...of, on: search.on } } }, kept),
  )
  const months = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/lending/portfolio/months",
      { params: { query: { ...of, months: Number(search.months ?? MONTHS) } } },
      kept,
    ),
  )
  const rolls = useQuery(query.queryOptions("get", "/api/v1/lending/portfolio/rolls", { params: { query: of } }, kept))
  const vintages = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/lending/portfolio/vintages",
      { params: { query: { ...of, measure: search.measure, by: search.by } } },
      kept,
    ),
  )
  const change = (part: Partial<PortfolioSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...part }), resetScroll: false })
  const data = portfolio.data

  if (data && data.offered.length === 0)
    return (
      <Page title="Portfolio" lead="What is lent, how it is repaid and what it may cost.">
        <div className="card">
          <Empty
            icon={<ChartArea />}
            title="No loan was paid out yet"
            action={
              <Button asChild variant="solid">
                <Link to="/applications">See applications</Link>
              </Button>
            }
          >
            Figures appear with the first loan: an approved application, an accepted offer, and its payout.
          </Empty>
        </div>
      </Page>
    )
  return (
    <Page
      title="Portfolio"
      lead={
        data === undefined
          ? "Adding up…"
          : search.on === undefined
            ? `As it stands on ${dayText(data.on)}, in ${data.currency}`
            : data.month_end
              ? `At the end of the month, ${dayText(data.month_end)}, in ${data.currency}`
              : `No end of a month is in the books until ${dayText(data.on)}`
      }
    >
      <PortfolioFilters search={search} portfolio={data} onChange={change} />
      <Fetched query={portfolio}>
        {(found) => (
          <>
            <KeyFigures portfolio={found} months={months.data?.months} />
            <div className="grid gap-4 xl:grid-cols-[3fr_2fr]">
              <Fetched query={months}>{(each) => <VolumeCard of={each} />}</Fetched>
              <StagesCard portfolio={found} />
            </div>
            <BucketsCard portfolio={found} />
          </>
        )}
      </Fetched>
      <div className="grid gap-4 lg:grid-cols-2">
        <Fetched query={months}>
          {(each) => (
            <>
              <AtRiskCard of={each} />
              <LossesCard of={each} />
            </>
          )}
        </Fetched>
      </div>
      <InCard query={rolls}>{(each) => <RollsCard rolls={each} />}</InCard>
      <InCard query={vintages}>{(each) => <VintagesCard vintages={each} onChange={change} />}</InCard>
    </Page>
  )
}

/** What is fetched in a surface of its own, also while it is fetched. */
function InCard<T>({
  query: fetched,
  children,
}: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown }
  children: (data: T) => ReactNode
}) {
  if (fetched.data !== undefined) return children(fetched.data)
  return (
    <Card>
      <Fetched query={fetched}>{children}</Fetched>
    </Card>
  )
}
