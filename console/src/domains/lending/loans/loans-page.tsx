import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { CircleAlert, Download, Import, RefreshCw, Upload } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { api, query } from "@/api/client"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { Pager } from "@/ui/data-table"
import { download } from "@/ui/download"
import { CHIP, countedChoices, FacetMenu, SearchBox } from "@/ui/facets"
import { count, words } from "@/ui/format"
import { Page } from "@/ui/page"
import { SidePanel, useRoom } from "@/ui/side-panel"
import { Failed } from "@/ui/states"
import { useStill } from "@/ui/still"
import { toast, toastError } from "@/ui/toast"
import { productsQuery } from "../queries"
import { LoanPeek } from "./loan-peek"
import { LoansTable } from "./loans-table"
import { LOAN_FACETS, LOANS, type LoanRow } from "./queries"
import { LOAN_SORTS, type LoanFilter, type LoansSearch, loanFilterCount, toLoanFilter } from "./search"
import { bucketLabel, loanStateLabel } from "./states"

const ImportLoan = lazy(() => import("./import-dialog"))
const Repayments = lazy(() => import("./repayments-dialog"))

const PAGE_SIZE = 50
const route = getRouteApi("/loans")

/** Every loan, what is owed on it and how late it is. */
export function LoansPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const room = useRoom()
  const can = useCan()
  const [dialog, setDialog] = useState<"import" | "repayments" | null>(null)
  const filter = toLoanFilter(search)
  const sort = search.sort ?? "newest"
  const known = { placeholderData: keepPreviousData, refetchOnWindowFocus: false }
  const list = useQuery(
    query.queryOptions(
      "get",
      LOANS,
      { params: { query: { ...filter, sort, after: search.after, limit: PAGE_SIZE } } },
      known,
    ),
  )
  const facets = useQuery(query.queryOptions("get", LOAN_FACETS, { params: { query: filter } }, known))
  const products = useQuery(productsQuery).data?.items
  const nameOf = (key: string) => products?.find((product) => product.key === key)?.name ?? words(key)

  const change = (part: Partial<LoansSearch>, typing = false) =>
    void navigate({
      search: (before) => ({ ...before, after: undefined, peek: undefined, ...part }),
      replace: typing,
    })
  const look = (peek: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, peek }), replace: true, resetScroll: false })
  const open = (row: LoanRow) => void navigate({ to: "/loans/$loanId", params: { loanId: row.id }, search: {} })

  const still = useStill(
    JSON.stringify({ ...filter, sort, after: search.after }),
    list.isPlaceholderData ? undefined : list.data?.items,
  )
  const total = facets.data && (facets.data.capped ? `over ${count(facets.data.total)}` : count(facets.data.total))
  const filtered = loanFilterCount(search) > 0
  return (
    <Page
      title="Loans"
      lead={total === undefined ? "Counting…" : `${total} ${filtered ? "match" : "in all"}`}
      actions={
        <>
          {still.waiting > 0 && (
            <Button onClick={still.adopt}>
              <RefreshCw /> {count(still.waiting)} new
            </Button>
          )}
          <Export filter={filter} sort={sort} disabled={!facets.data?.total} />
          {can("lending:loan:service") && (
            <Button onClick={() => setDialog("repayments")}>
              <Upload /> Upload repayments
            </Button>
          )}
          {can("lending:loan:relieve") && (
            <Button onClick={() => setDialog("import")}>
              <Import /> Import a loan
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label="Search loans"
          placeholder="Number, borrower or id…"
          value={search.q}
          onChange={(q) => change({ q }, true)}
        />
        <FacetMenu
          label="State"
          choices={countedChoices(facets.data?.states, search.state, (state) =>
            loanStateLabel(state as LoanRow["state"]),
          )}
          chosen={search.state}
          onChange={(state) => change({ state: state as LoansSearch["state"] })}
        />
        <FacetMenu
          label="Days past due"
          choices={countedChoices(facets.data?.buckets, search.bucket, bucketLabel).toSorted(
            (one, other) => Number(one.value) - Number(other.value),
          )}
          chosen={search.bucket}
          onChange={(bucket) => change({ bucket })}
        />
        <FacetMenu
          label="Product"
          choices={countedChoices(facets.data?.products, search.product, nameOf)}
          chosen={search.product}
          onChange={(product) => change({ product })}
        />
        <button
          type="button"
          className={CHIP}
          aria-pressed={search.in_arrears === true}
          onClick={() => change({ in_arrears: search.in_arrears ? undefined : true })}
        >
          <CircleAlert aria-hidden className="size-3.5 text-ink-3" /> In arrears
        </button>
        {filtered && (
          <Button variant="ghost" onClick={() => void navigate({ search: { sort: search.sort } })}>
            Clear filters
          </Button>
        )}
      </div>
      {list.error && !list.data ? (
        <div className="card">
          <Failed error={list.error} retry={() => void list.refetch()} />
        </div>
      ) : (
        <div className="flex items-start gap-4">
          <div className="min-w-0 flex-1">
            <LoansTable
              rows={still.entries?.map(({ row }) => row)}
              busy={list.isFetching}
              narrow={room && search.peek !== undefined}
              nameOf={nameOf}
              // Each order has the one direction that is asked for: the most first, but of days the nearest.
              sort={sort === "next_due" ? sort : `-${sort}`}
              onSort={(next) => change({ sort: LOAN_SORTS.find((each) => each === next.replace(/^-/, "")) })}
              current={search.peek}
              onCurrent={(row) => look(row.id)}
              onOpen={open}
              onClear={filtered ? () => void navigate({ search: {} }) : null}
              footer={
                <Pager
                  shown={still.entries?.length ?? 0}
                  total={total}
                  after={search.after}
                  next={list.data?.next}
                  onPage={(after) => change({ after })}
                />
              }
            />
          </div>
          {search.peek && (
            <SidePanel title="Loan" onClose={() => look(undefined)}>
              <LoanPeek key={search.peek} loanId={search.peek} />
            </SidePanel>
          )}
        </div>
      )}
      <Suspense>
        {dialog === "import" && <ImportLoan onClose={() => setDialog(null)} />}
        {dialog === "repayments" && <Repayments onClose={() => setDialog(null)} />}
      </Suspense>
    </Page>
  )
}

/** The loans that the filters let through, as a table for a spreadsheet. */
function Export({
  filter,
  sort,
  disabled,
}: {
  filter: LoanFilter
  sort: NonNullable<LoansSearch["sort"]>
  disabled: boolean
}) {
  const run = useMutation({
    mutationFn: async () => {
      // Fetched rather than linked to: a link could not say in which organisation.
      const { data } = await api.GET("/api/v1/lending/loans/export.csv", {
        params: { query: { ...filter, sort } },
        parseAs: "blob",
      })
      download("loans.csv", data as Blob, "text/csv")
    },
    onSuccess: () => toast("Loans exported", { detail: "The export is on the record." }),
    onError: (error) => toastError(error),
  })
  return (
    <Button onClick={() => run.mutate()} busy={run.isPending} disabled={disabled}>
      <Download /> <span className="hidden sm:inline">Export</span> CSV
    </Button>
  )
}
