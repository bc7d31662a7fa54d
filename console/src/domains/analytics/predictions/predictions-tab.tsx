import { useMutation, useQuery } from "@tanstack/react-query"
import { Download, Upload } from "lucide-react"
import { useEffect, useState } from "react"
import { api } from "@/api/client"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { Pager } from "@/ui/data-table"
import { download } from "@/ui/download"
import { onDemand } from "@/ui/on-demand"
import { SidePanel, useRoom } from "@/ui/side-panel"
import { Failed } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { modelRoute } from "../models/routes"
import { PredictionPanel } from "./prediction-panel"
import { PredictionsFilters } from "./predictions-filters"
import { PredictionsTable } from "./predictions-table"
import { type Model, PREDICTIONS, type Prediction, predictionsQuery } from "./queries"
import { asFilter, filterCount, NO_FILTER, type Wanted } from "./search"

const FeedbackDialog = onDemand(() => import("./feedback-dialog"), "dialog")

/** What the model was asked, why it said what it said, and what became of it. */
export function PredictionsTab({ model }: { model: Model }) {
  const can = useCan()
  const wanted = modelRoute.useSearch()
  const navigate = modelRoute.useNavigate()
  const room = useRoom()
  const query = useQuery(predictionsQuery(model.id, wanted))
  const [rows, fresh, adopt] = useSteadyRows(
    query.data?.items,
    JSON.stringify(asFilter(model.id, wanted)),
    wanted.after,
  )
  const change = (next: Partial<Wanted>, typing = false) =>
    void navigate({ search: (now) => ({ ...now, current: undefined, after: undefined, ...next }), replace: typing })
  const look = (current: string | undefined) =>
    void navigate({ search: (now) => ({ ...now, current }), replace: true, resetScroll: false })
  if (query.error && !query.data) return <Failed error={query.error} retry={() => void query.refetch()} />
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <PredictionsFilters model={model} wanted={wanted} onChange={change} />
        <div className="flex gap-2">
          {can("ai_analytics:feedback") && (
            <FeedbackDialog
              model={model}
              trigger={
                <Button>
                  <Upload /> Outcomes from a file
                </Button>
              }
            />
          )}
          <ExportButton modelId={model.id} wanted={wanted} disabled={query.data?.items.length === 0} />
        </div>
      </div>
      {fresh > 0 && (
        <div>
          <Button size="sm" onClick={adopt}>
            {fresh} new
          </Button>
        </div>
      )}
      <div className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          <PredictionsTable
            rows={rows}
            busy={query.isFetching}
            narrow={room && wanted.current !== undefined}
            filtered={filterCount(wanted) > 0}
            onClear={() => change(NO_FILTER)}
            onTry={() => void navigate({ search: { tab: "try" } })}
            current={wanted.current}
            onCurrent={(row) => look(row.id)}
            footer={
              query.data && (
                <Pager
                  shown={query.data.items.length}
                  after={wanted.after}
                  next={query.data.next}
                  onPage={(after) => void navigate({ search: (now) => ({ ...now, after, current: undefined }) })}
                />
              )
            }
          />
        </div>
        {wanted.current && (
          <SidePanel title="Prediction" opens={false} onClose={() => look(undefined)}>
            <PredictionPanel
              key={wanted.current}
              id={wanted.current}
              model={model}
              onBatch={(batch) => change({ batch })}
            />
          </SidePanel>
        )}
      </div>
    </div>
  )
}

/** Rows never move under the cursor: on the first page, what is new is counted until somebody asks for it. */
function useSteadyRows(items: Prediction[] | undefined, filter: string, after: string | undefined) {
  const [shown, setShown] = useState<{ filter: string; newest: string | undefined } | null>(null)
  const newest = items?.[0]?.id
  const stale = shown === null || shown.filter !== filter || after !== undefined || shown.newest === undefined
  useEffect(() => {
    if (items && stale) setShown({ filter, newest: items[0]?.id })
  }, [items, stale, filter])
  if (!items || stale || !shown?.newest) return [items, 0, () => undefined] as const
  const at = items.findIndex((each) => each.id === shown.newest)
  const fresh = at < 0 ? items.length : at
  return [items.slice(fresh), fresh, () => setShown({ filter, newest })] as const
}

function ExportButton({ modelId, wanted, disabled }: { modelId: string; wanted: Wanted; disabled: boolean }) {
  const run = useMutation({
    mutationFn: async () => {
      // Fetched rather than linked to: a link could not say in which organisation.
      const { data } = await api.GET(`${PREDICTIONS}/export`, {
        params: { query: asFilter(modelId, wanted) },
        parseAs: "blob",
      })
      download("predictions.csv", data as unknown as Blob, "text/csv")
    },
    onSuccess: () => toast("Predictions exported", { detail: "The export is on the record." }),
    onError: (error) => toastError(error),
  })
  return (
    <Button onClick={() => run.mutate()} busy={run.isPending} disabled={disabled}>
      <Download /> <span className="hidden sm:inline">Export</span> CSV
    </Button>
  )
}
