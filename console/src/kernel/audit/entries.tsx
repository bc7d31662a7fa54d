import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { RefreshCw, SearchX } from "lucide-react"
import { useEffect, useState } from "react"
import { query, type Schema } from "@/api/client"
import { watchEvents } from "@/api/live"
import { useOrganization } from "@/app/session"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { actor, count } from "@/ui/format"
import { SidePanel, useRoom } from "@/ui/side-panel"
import { Empty, Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { actWords } from "./acts"
import { EntryFilters } from "./entry-filters"
import { EntryPeek } from "./entry-peek"
import { type AuditSearch, isFiltered, NO_FILTER, toFilter } from "./search"
import { SubjectLink } from "./subject-link"

type LeafRow = Schema["LeafView"]

const PAGE_SIZE = 50
const route = getRouteApi("/audit")
const ERASED = <span className="text-ink-3">Erased by law</span>

const COLUMNS: Column<LeafRow>[] = [
  {
    id: "act",
    header: "Act",
    cell: ({ body }) => <span className="font-medium">{body ? actWords(body.act) : ERASED}</span>,
  },
  {
    id: "subject",
    header: "Subject",
    cell: ({ body }) => (body ? <SubjectLink subject={body.subject} /> : "–"),
    wide: true,
  },
  {
    id: "actor",
    header: "By",
    cell: ({ body }) => <span className="text-ink-2">{body ? actor(body.actor) : "–"}</span>,
  },
  {
    id: "hash",
    header: "Hash",
    cell: ({ leaf }) => <span className="mono text-xs text-ink-3">{leaf.slice(0, 12)}</span>,
    wide: true,
  },
  {
    id: "at",
    header: "When",
    align: "right",
    cell: ({ body }) => (body ? <When at={body.at} clock="system" /> : "–"),
  },
]
const BESIDE = COLUMNS.filter(({ id }) => id !== "hash")

/** How many events came since the list was asked for; each is an entry of the log. */
function useNews(asked: string): number {
  const [news, setNews] = useState({ asked, count: 0 })
  useEffect(
    () => watchEvents(() => setNews((now) => ({ asked, count: now.asked === asked ? now.count + 1 : 1 }))),
    [asked],
  )
  return news.asked === asked ? news.count : 0
}

/** The log, newest first: narrowed down, looked at, each entry with its proof. */
export function Entries() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const room = useRoom()
  const organization = useOrganization()
  const filter = toFilter(search, organization?.time_zone ?? "UTC")
  const list = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/audit",
      { params: { query: { ...filter, after: search.after, limit: PAGE_SIZE } } },
      { enabled: organization !== undefined, placeholderData: keepPreviousData, refetchOnWindowFocus: false },
    ),
  )
  const news = useNews(`${JSON.stringify(search.after ? null : filter)} ${list.dataUpdatedAt}`)
  const change = (part: Partial<AuditSearch>, typing = false) =>
    void navigate({ search: (now) => ({ ...now, after: undefined, peek: undefined, ...part }), replace: typing })
  const look = (peek: string | undefined) =>
    void navigate({ search: (now) => ({ ...now, peek }), replace: true, resetScroll: false })
  const filtered = isFiltered(search)
  const fresh = () => (search.after ? change({}) : void list.refetch())
  return (
    <div className="flex flex-col gap-3">
      <EntryFilters search={search} onChange={change}>
        {news > 0 && (
          <Button onClick={fresh} className="ml-auto">
            <RefreshCw aria-hidden /> {count(news)} new
          </Button>
        )}
      </EntryFilters>
      {list.data?.capped && (
        <Notice>Only a part of the log was searched for this page; go on with Next, or narrow the time down.</Notice>
      )}
      {list.error && !list.data ? (
        <div className="card">
          <Failed error={list.error} retry={() => void list.refetch()} />
        </div>
      ) : (
        <div className="flex items-start gap-4">
          <div className="min-w-0 flex-1">
            <DataTable
              label="Entries of the log"
              columns={room && search.peek ? BESIDE : COLUMNS}
              rows={list.data?.items}
              rowId={(row) => row.id}
              busy={list.isFetching}
              current={search.peek}
              onCurrent={(row) => look(row.id)}
              empty={
                filtered ? (
                  <Empty
                    icon={<SearchX />}
                    title={list.data?.capped ? "Nothing like that here" : "No entry is like that"}
                    action={<Button onClick={() => change(NO_FILTER)}>Clear filters</Button>}
                  >
                    Widen the time or take a filter away.
                  </Empty>
                ) : (
                  <Empty icon={<SearchX />} title="Nothing has been done yet">
                    The first act is logged here by itself.
                  </Empty>
                )
              }
              footer={
                <Pager
                  shown={list.data?.items.length ?? 0}
                  after={search.after}
                  next={list.data?.next}
                  onPage={(after) => change({ after })}
                />
              }
            />
          </div>
          {search.peek && (
            <SidePanel title="Entry" opens={false} onClose={() => look(undefined)}>
              <EntryPeek key={search.peek} leafId={search.peek} onFilter={change} />
            </SidePanel>
          )}
        </div>
      )}
    </div>
  )
}
