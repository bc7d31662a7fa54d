import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import type { ReactNode } from "react"
import { query, type Schema } from "@/api/client"
import { Pager } from "@/ui/data-table"
import { count } from "@/ui/format"
import { Page } from "@/ui/page"
import { SidePanel, useRoom } from "@/ui/side-panel"
import { Failed } from "@/ui/states"
import { Money } from "@/ui/when"
import { CasePanel } from "./case-panel"
import { QUEUE, QUEUE_FACETS, type QueueRow } from "./queries"
import { QueueFilters } from "./queue-filters"
import { QueueTable } from "./queue-table"
import { type QueueSearch, queueFilterCount, SORTS, toQueueFilter } from "./search"

const PAGE_SIZE = 50
const route = getRouteApi("/collections")

/** Loans in arrears, and what is done about each. */
export function CollectionsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const room = useRoom()
  const filter = toQueueFilter(search)
  const sort = search.sort ?? SORTS[0]
  const known = { placeholderData: keepPreviousData, refetchOnWindowFocus: false }
  const list = useQuery(
    query.queryOptions(
      "get",
      QUEUE,
      { params: { query: { ...filter, sort, after: search.after, limit: PAGE_SIZE } } },
      known,
    ),
  )
  const facets = useQuery(query.queryOptions("get", QUEUE_FACETS, { params: { query: filter } }, known))

  const change = (part: Partial<QueueSearch>, typing = false) =>
    void navigate({
      search: (before) => ({ ...before, after: undefined, peek: undefined, ...part }),
      replace: typing,
    })
  const look = (peek: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, peek }), replace: true, resetScroll: false })
  const open = (row: QueueRow) => void navigate({ to: "/loans/$loanId", params: { loanId: row.loan_id } })
  const filtered = queueFilterCount(search) > 0
  return (
    <Page title="Collections" lead={<Lead facets={facets.data} filtered={filtered} />}>
      <QueueFilters search={search} counts={facets.data} onChange={change} />
      {list.error && !list.data ? (
        <div className="card">
          <Failed error={list.error} retry={() => void list.refetch()} />
        </div>
      ) : (
        <div className="flex items-start gap-4">
          <div className="min-w-0 flex-1">
            <QueueTable
              rows={list.data?.items}
              busy={list.isFetching}
              narrow={room && search.peek !== undefined}
              sort={sort}
              onSort={(next) => change({ sort: SORTS.find((each) => each === `-${next.replace(/^-/, "")}`) })}
              current={search.peek}
              onCurrent={(row) => look(row.loan_id)}
              onOpen={open}
              onClear={filtered ? () => void navigate({ search: {} }) : null}
              footer={
                <Pager
                  shown={list.data?.items.length ?? 0}
                  total={
                    facets.data && (facets.data.capped ? `over ${count(facets.data.total)}` : count(facets.data.total))
                  }
                  after={search.after}
                  next={list.data?.next}
                  onPage={(after) => change({ after })}
                />
              }
            />
          </div>
          {search.peek && (
            <SidePanel title="Case" onClose={() => look(undefined)}>
              <CasePanel key={search.peek} loanId={search.peek} />
            </SidePanel>
          )}
        </div>
      )}
    </Page>
  )
}

function Lead({ facets, filtered }: { facets: Schema["QueueFacets"] | undefined; filtered: boolean }): ReactNode {
  if (!facets) return "Counting…"
  const { total, capped, totals } = facets
  if (total === 0) return filtered ? "None match" : "No loan is in arrears"
  return (
    <>
      {capped && "over "}
      {count(total)} {total === 1 ? "loan" : "loans"}
      {filtered ? " match" : " in arrears"}
      {totals.map((each) => (
        <span key={each.currency}>
          , <Money value={each.arrears} currency={each.currency} /> overdue
        </span>
      ))}
    </>
  )
}
