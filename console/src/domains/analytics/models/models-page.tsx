import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { BrainCircuit, Plus } from "lucide-react"
import { query } from "@/api/client"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { DataTable, Pager } from "@/ui/data-table"
import { Chips, FacetMenu, SearchBox } from "@/ui/facets"
import { Page } from "@/ui/page"
import { Empty, Failed } from "@/ui/states"
import { COLUMNS } from "./models-table"
import { modelsQuery } from "./queries"
import { modelsRoute } from "./routes"
import { type ModelsSearch, STATES, TYPES } from "./search"
import { stateWord, typeWord } from "./words"

/** All models: what each tells, what answers for it and how well, and what is due. */
export function ModelsPage() {
  const search = modelsRoute.useSearch()
  const navigate = modelsRoute.useNavigate()
  const can = useCan()
  const models = useQuery(modelsQuery(search))
  const filtered = Boolean(search.q || search.type || search.state)
  const change = (next: Partial<ModelsSearch>, replace = false) =>
    void navigate({ search: (now) => ({ ...now, after: undefined, current: undefined, ...next }), replace })
  return (
    <Page
      title="Models"
      lead="What is learnt from your data, how well, and what answers."
      actions={
        can("ai_analytics:create") && (
          <Button variant="solid" asChild>
            <Link to="/models/new">
              <Plus /> New model
            </Link>
          </Button>
        )
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox value={search.q} label="Search models" onChange={(q) => change({ q }, true)} />
        <FacetMenu
          label="Kind"
          choices={TYPES.map((value) => ({ value, label: typeWord(value) }))}
          chosen={search.type ? [search.type] : []}
          onChange={(chosen) => change({ type: chosen?.at(-1) })}
        />
        <Chips
          label="State"
          choices={STATES.map((value) => ({ value, label: stateWord(value) }))}
          chosen={search.state ? [search.state] : []}
          onChange={(chosen) => change({ state: chosen?.at(-1) })}
        />
      </div>
      {models.error && !models.data ? (
        <Failed error={models.error} retry={() => void models.refetch()} />
      ) : (
        <DataTable
          label="Models"
          columns={COLUMNS}
          rows={models.data?.items}
          rowId={(row) => row.id}
          busy={models.isFetching}
          current={search.current}
          onCurrent={(row) => void navigate({ search: (now) => ({ ...now, current: row.id }), replace: true })}
          onOpen={(row) => void navigate({ to: "/models/$modelId", params: { modelId: row.id } })}
          empty={
            filtered ? (
              <NothingFits onClear={() => change({ q: undefined, type: undefined, state: undefined })} />
            ) : (
              <None />
            )
          }
          footer={
            (search.after || models.data?.next) && (
              <Pager
                shown={models.data?.items.length ?? 0}
                after={search.after}
                next={models.data?.next}
                onPage={(after) => change({ after })}
              />
            )
          }
        />
      )}
    </Page>
  )
}

const NothingFits = ({ onClear }: { onClear: () => void }) => (
  <Empty
    icon={<BrainCircuit />}
    title="No model fits these filters"
    action={<Button onClick={onClear}>Clear filters</Button>}
  />
)

/** Teaches what a model is, and offers the one step that comes next. */
function None() {
  const can = useCan()
  const datasets = useQuery(
    query.queryOptions("get", "/api/v1/ai-analytics/datasets", { params: { query: { limit: 1 } } }),
  )
  const fresh = datasets.data?.items.length === 0
  return (
    <Empty
      icon={<BrainCircuit />}
      title="No model yet"
      action={
        can("ai_analytics:create") &&
        datasets.data && (
          <Button variant="solid" asChild>
            {fresh ? <Link to="/datasets/new">Upload a dataset</Link> : <Link to="/models/new">New model</Link>}
          </Button>
        )
      }
    >
      A model learns from a table to tell a column of it: who leaves, what it costs, how a figure goes on. It is
      measured on rows it never saw, beside simple ways of guessing, before it may answer.
      {fresh && " It begins with a table: upload one, or take one of the record."}
    </Empty>
  )
}
