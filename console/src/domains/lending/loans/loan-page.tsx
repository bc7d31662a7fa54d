import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { getRouteApi, Link } from "@tanstack/react-router"
import { lazy, Suspense, useEffect, useRef } from "react"
import { words } from "@/ui/format"
import { Page } from "@/ui/page"
import { Failed, Loading } from "@/ui/states"
import { Tabs } from "@/ui/tabs"
import { useNow } from "@/ui/when"
import { productsQuery } from "../queries"
import { useBusinessToday } from "../terms/days"
import { LoanActs } from "./acts/loan-acts"
import { LoanFigures } from "./loan-figures"
import { LoanOverview } from "./loan-overview"
import { LoanSchedule } from "./loan-schedule"
import { LoanTransactions } from "./loan-transactions"
import { type AsOf, type Loan, loanQuery } from "./queries"
import type { LoanSearch, LoanTab } from "./search"
import { DaysPastDue, LoanState } from "./states"
import { AsOfBanner, TimeTravel } from "./time-travel"

const LoanLedger = lazy(async () => ({ default: (await import("./loan-ledger")).LoanLedger }))
const LoanLetters = lazy(async () => ({ default: (await import("./loan-letters")).LoanLetters }))
const LoanCollections = lazy(async () => ({ default: (await import("./loan-collections")).LoanCollections }))

const route = getRouteApi("/loans/$loanId")

/** One loan: what was agreed, what was paid, what is owed; today or as of any other day. */
export function LoanPage() {
  const { loanId } = route.useParams()
  return <LoanOf key={loanId} loanId={loanId} />
}

function LoanOf({ loanId }: { loanId: string }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const asOf: AsOf = { on: search.on, known_at: search.known_at }
  const travelling = search.on !== undefined || search.known_at !== undefined
  const query = useQuery({ ...loanQuery(loanId, asOf), placeholderData: keepPreviousData })
  const loan = query.error ? undefined : query.data
  useNewDay(query, travelling)
  const travel = (to: AsOf) =>
    void navigate({ search: (before) => ({ ...before, after: undefined, on: to.on, known_at: to.known_at }) })
  const change = (part: Partial<LoanSearch>) => void navigate({ search: (before) => ({ ...before, ...part }) })

  if (!loan)
    return (
      <Page title="Loan" lead={<Crumb />}>
        {travelling && <AsOfBanner asOf={asOf} onBack={() => travel({})} />}
        <div className="card">
          {query.error ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Loading rows={8} />}
        </div>
      </Page>
    )
  return (
    <Page
      title={loan.reference}
      lead={<Lead loan={loan} />}
      actions={
        <>
          <TimeTravel loan={loan} asOf={asOf} onTravel={travel} />
          {!travelling && <LoanActs loan={loan} />}
        </>
      }
    >
      {travelling && <AsOfBanner asOf={asOf} on={loan.on} onBack={() => travel({})} />}
      <div className="flex min-w-0 flex-col gap-4" aria-busy={query.isPlaceholderData || undefined}>
        <LoanFigures loan={loan} />
        <Tabs<LoanTab>
          label="Parts of the loan"
          value={search.tab ?? "overview"}
          onChange={(tab) => change({ tab: tab === "overview" ? undefined : tab, after: undefined, kind: undefined })}
          tabs={[
            {
              value: "overview",
              label: "Overview",
              content: () => <LoanOverview loan={loan} asOf={asOf} onTab={(tab) => change({ tab })} />,
            },
            { value: "schedule", label: "Schedule", content: () => <LoanSchedule loan={loan} /> },
            {
              value: "transactions",
              label: "Transactions",
              content: () => <LoanTransactions loan={loan} asOf={asOf} />,
            },
            {
              value: "ledger",
              label: "Ledger",
              content: () => (
                <Suspense fallback={<Loading />}>
                  <LoanLedger
                    loan={loan}
                    asOf={asOf}
                    after={search.after}
                    kind={search.kind}
                    onChange={(part) => change(part)}
                  />
                </Suspense>
              ),
            },
            {
              value: "letters",
              label: "Letters",
              content: () => (
                <Suspense fallback={<Loading />}>
                  <LoanLetters loan={loan} still={travelling} />
                </Suspense>
              ),
            },
            {
              value: "collections",
              label: "Collections",
              content: () => (
                <Suspense fallback={<Loading />}>
                  <LoanCollections loan={loan} still={travelling} />
                </Suspense>
              ),
            },
          ]}
        />
      </div>
    </Page>
  )
}

/** A new business day changes what is owed without anything having happened. */
function useNewDay({ data, refetch }: { data: Loan | undefined; refetch: () => unknown }, travelling: boolean) {
  useNow()
  const today = useBusinessToday()
  const behind = !travelling && data !== undefined && data.on < today
  const ask = useRef(refetch)
  ask.current = refetch
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each day
  useEffect(() => {
    if (behind) void ask.current()
  }, [behind, today])
}

const Crumb = () => (
  <Link to="/loans" search={{}} className="text-[13px] hover:text-ink hover:underline">
    Loans
  </Link>
)

function Lead({ loan }: { loan: Loan }) {
  const products = useQuery(productsQuery).data?.items
  const product = products?.find((each) => each.key === loan.product)?.name ?? words(loan.product)
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px]">
      <Crumb />
      <span aria-hidden>/</span>
      <LoanState state={loan.figures.state} />
      {loan.figures.days_past_due > 0 && <DaysPastDue days={loan.figures.days_past_due} />}
      <span className="font-medium text-ink">{loan.borrower}</span>
      <Link to="/products/$key" params={{ key: loan.product }} search={{}} className="hover:text-ink hover:underline">
        {product}, version {loan.product_version}
      </Link>
    </div>
  )
}
