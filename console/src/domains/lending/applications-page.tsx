import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { FilePlus2, RefreshCw, Upload } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { query } from "@/api/client"
import { useCan, useOrganization } from "@/app/session"
import { SavedViews } from "@/kernel/decisions/saved-views"
import { Button } from "@/ui/button"
import { Pager } from "@/ui/data-table"
import { count } from "@/ui/format"
import { Page } from "@/ui/page"
import { SidePanel, useRoom } from "@/ui/side-panel"
import { Failed } from "@/ui/states"
import { ApplicationSummary } from "./application-summary"
import { ApplicationsExport } from "./applications-export"
import { ApplicationsFilters, Presets } from "./applications-filters"
import { ApplicationsTable } from "./applications-table"
import { APPLICATIONS, type ApplicationRow, FACETS } from "./queries"
import {
  type ApplicationSearch,
  filterCount,
  presetOf,
  readApplicationSearch,
  SORTS,
  toApplicationFilter,
} from "./search"
import { useFreshApplications } from "./use-application-events"

const NewApplication = lazy(() => import("./new-application"))
const UploadDialog = lazy(() => import("./upload-dialog"))

const PAGE_SIZE = 50
const route = getRouteApi("/applications")

/** The officer's queue: what waits for a person, what is one's own, and every application there was. */
export function ApplicationsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const client = useQueryClient()
  const room = useRoom()
  const can = useCan()
  const organization = useOrganization()
  const [dialog, setDialog] = useState<"new" | "upload" | null>(null)
  const [fresh, clearFresh] = useFreshApplications()
  const filter = toApplicationFilter(search, organization?.time_zone ?? "UTC")
  const sort = search.sort ?? SORTS[0]

  const known = { enabled: organization !== undefined, placeholderData: keepPreviousData, refetchOnWindowFocus: false }
  const list = useQuery(
    query.queryOptions(
      "get",
      APPLICATIONS,
      { params: { query: { ...filter, sort, after: search.after, limit: PAGE_SIZE } } },
      known,
    ),
  )
  const facets = useQuery(query.queryOptions("get", FACETS, { params: { query: filter } }, known))

  const change = (part: Partial<ApplicationSearch>, typing = false) =>
    void navigate({
      search: (before) => ({ ...before, after: undefined, peek: undefined, ...part }),
      replace: typing,
    })
  const look = (peek: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, peek }), replace: true, resetScroll: false })
  const open = (row: ApplicationRow) =>
    void navigate({ to: "/applications/$applicationId", params: { applicationId: row.id } })
  const showFresh = () => {
    clearFresh()
    void client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[1] === APPLICATIONS || queryKey[1] === FACETS,
    })
    if (search.after) change({})
  }

  const { after: _after, peek: _peek, ...savable } = search
  const total = facets.data && (facets.data.capped ? `over ${count(facets.data.total)}` : count(facets.data.total))
  const filtered = filterCount(search) > 0
  const preset = presetOf(search)
  const mayCreate = can("lending:application:create")
  return (
    <Page
      title="Applications"
      lead={
        total === undefined
          ? "Counting…"
          : `${total} ${filtered ? "match" : preset === "all" ? "in all" : preset === "mine" ? "wait for you" : "wait for a person"}`
      }
      actions={
        <>
          {fresh > 0 && (
            <Button onClick={showFresh}>
              <RefreshCw /> {count(fresh)} new
            </Button>
          )}
          <SavedViews
            page="applications"
            search={savable}
            onOpen={(saved) => void navigate({ search: readApplicationSearch(saved) })}
          />
          <ApplicationsExport filter={filter} sort={sort} disabled={!facets.data?.total} />
          {mayCreate && (
            <>
              <Button onClick={() => setDialog("upload")}>
                <Upload /> Upload
              </Button>
              <Button variant="solid" onClick={() => setDialog("new")}>
                <FilePlus2 /> New application
              </Button>
            </>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-2">
        <div>
          <Presets search={search} onChange={(next) => void navigate({ search: next })} />
        </div>
        <ApplicationsFilters search={search} counts={facets.data} onChange={change} />
      </div>
      {list.error && !list.data ? (
        <div className="card">
          <Failed error={list.error} retry={() => void list.refetch()} />
        </div>
      ) : (
        <div className="flex items-start gap-4">
          <div className="min-w-0 flex-1">
            <ApplicationsTable
              rows={list.data?.items}
              busy={list.isFetching}
              narrow={room && search.peek !== undefined}
              waiting={preset !== "all" && !filtered}
              sort={sort}
              onSort={(next) => change({ sort: SORTS.find((each) => each === next) })}
              current={search.peek}
              onCurrent={(row) => look(row.id)}
              onOpen={open}
              onClear={filtered || preset !== "all" ? () => void navigate({ search: {} }) : null}
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
          {search.peek && (
            <SidePanel title="Application" onClose={() => look(undefined)}>
              <ApplicationSummary key={search.peek} applicationId={search.peek} />
            </SidePanel>
          )}
        </div>
      )}
      <Suspense>
        {dialog === "new" && <NewApplication onClose={() => setDialog(null)} />}
        {dialog === "upload" && <UploadDialog onClose={() => setDialog(null)} />}
      </Suspense>
    </Page>
  )
}
