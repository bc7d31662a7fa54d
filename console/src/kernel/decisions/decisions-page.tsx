import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { RefreshCw } from "lucide-react"
import { useEffect } from "react"
import { query } from "@/api/client"
import { clearFresh, useLive } from "@/api/live"
import { useOrganization } from "@/app/session"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Pager } from "@/ui/data-table"
import { count } from "@/ui/format"
import { Page } from "@/ui/page"
import { Failed } from "@/ui/states"
import { DecisionsTable } from "./decisions-table"
import { ExportButton } from "./export-button"
import { Filters } from "./filters"
import { PeekPanel, useRoom } from "./peek-panel"
import type { DecisionRow } from "./queries"
import { SavedViews } from "./saved-views"
import { type DecisionSearch, filterCount, readSearch, SORTS, toFilter } from "./search"

const PAGE_SIZE = 50
const LIST = "/api/v1/decisions"
const FACETS = "/api/v1/decisions/facets"

const route = getRouteApi("/decisions")

/** Every decision there ever was: narrowed down, sorted, looked at, exported. */
export function DecisionsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const client = useQueryClient()
  const room = useRoom()
  const fresh = useLive((state) => state.fresh)
  const organization = useOrganization()
  const filter = toFilter(search, organization?.time_zone ?? "UTC")
  const sort = search.sort ?? SORTS[0]

  // Days begin where the organisation is; nothing else needs to wait for that.
  const ready = organization !== undefined || !(search.since || search.until)
  const known = { enabled: ready, placeholderData: keepPreviousData, refetchOnWindowFocus: false }
  const list = useQuery(
    query.queryOptions(
      "get",
      LIST,
      { params: { query: { ...filter, sort, after: search.after, limit: PAGE_SIZE } } },
      known,
    ),
  )
  const facets = useQuery(query.queryOptions("get", FACETS, { params: { query: filter } }, known))
  useEffect(clearFresh, [])

  const change = (part: Partial<DecisionSearch>, typing = false) =>
    void navigate({
      search: (before) => ({ ...before, after: undefined, peek: undefined, ...part }),
      replace: typing,
    })
  const look = (peek: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, peek }), replace: true, resetScroll: false })
  const open = (row: DecisionRow) =>
    void navigate({ to: "/decisions/$decisionId", params: { decisionId: row.id }, search: {} })
  const showFresh = () => {
    clearFresh()
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === LIST || queryKey[1] === FACETS })
    if (search.after) change({})
  }

  const { after: _after, peek: _peek, ...savable } = search
  const total = facets.data && (facets.data.capped ? `over ${count(facets.data.total)}` : count(facets.data.total))
  const filtered = filterCount(search) > 0
  return (
    <Page
      title="Decisions"
      lead={total === undefined ? "Counting…" : `${total} ${filtered ? "match" : "in all"}`}
      actions={
        <>
          {fresh > 0 && (
            <Button onClick={showFresh}>
              <RefreshCw /> {count(fresh)} new
            </Button>
          )}
          <SavedViews
            page="decisions"
            search={savable}
            onOpen={(saved) => void navigate({ search: readSearch(saved) })}
          />
          <ExportButton filter={filter} disabled={!facets.data?.total} />
        </>
      }
    >
      <Filters search={search} counts={facets.data} onChange={change} />
      {list.data?.capped && (
        <Notice>
          Only the newest decisions were searched for these words; narrow the time down to search older ones.
        </Notice>
      )}
      {list.error && !list.data ? (
        <div className="card">
          <Failed error={list.error} retry={() => void list.refetch()} />
        </div>
      ) : (
        <div className="flex items-start gap-4">
          <div className="min-w-0 flex-1">
            <DecisionsTable
              rows={list.data?.items}
              busy={list.isFetching}
              narrow={room && search.peek !== undefined}
              sort={sort}
              onSort={(next) => change({ sort: SORTS.find((each) => each === next) })}
              current={search.peek}
              onCurrent={(row) => look(row.id)}
              onOpen={open}
              onClear={filtered ? () => void navigate({ search: {} }) : null}
              footer={
                <Pager
                  shown={list.data?.items.length ?? 0}
                  total={total}
                  after={search.after}
                  next={list.data?.next}
                  onPage={(after) => change({ after })}
                />
              }
            />
          </div>
          {search.peek && <PeekPanel decisionId={search.peek} onClose={() => look(undefined)} />}
        </div>
      )}
    </Page>
  )
}
