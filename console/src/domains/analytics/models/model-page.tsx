import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { Page } from "@/ui/page"
import { Fetched, Loading } from "@/ui/states"
import { Tabs } from "@/ui/tabs"
import { ModelActions } from "./model-actions"
import { type Model, modelQuery } from "./queries"
import { modelRoute } from "./routes"
import type { ModelTab } from "./search"
import { ModelStateBadge, typeWord } from "./words"

const OverviewTab = lazy(async () => ({ default: (await import("./overview-tab")).OverviewTab }))
const VersionsTab = lazy(async () => ({ default: (await import("./versions-tab")).VersionsTab }))
const TryTab = lazy(async () => ({ default: (await import("../predictions/try-tab")).TryTab }))
const PredictionsTab = lazy(async () => ({ default: (await import("../predictions/predictions-tab")).PredictionsTab }))
const MonitoringTab = lazy(async () => ({ default: (await import("../monitoring/monitoring-tab")).MonitoringTab }))
const HistoryTab = lazy(async () => ({ default: (await import("./history-tab")).HistoryTab }))

/** Each tab is given the model, and is fetched when it is looked at. */
const TABS: { value: ModelTab; label: string; Content: (props: { model: Model }) => React.ReactNode }[] = [
  { value: "overview", label: "Overview", Content: (props) => <OverviewTab {...props} /> },
  { value: "versions", label: "Versions", Content: (props) => <VersionsTab {...props} /> },
  { value: "try", label: "Try", Content: (props) => <TryTab {...props} /> },
  { value: "predictions", label: "Predictions", Content: (props) => <PredictionsTab {...props} /> },
  { value: "monitoring", label: "Monitoring", Content: (props) => <MonitoringTab {...props} /> },
  { value: "history", label: "History", Content: (props) => <HistoryTab {...props} /> },
]

/** One model: what it is, what answers for it, how it was measured, what it was asked and how it does. */
export function ModelPage() {
  const { modelId } = modelRoute.useParams()
  const { tab = "overview" } = modelRoute.useSearch()
  const navigate = modelRoute.useNavigate()
  const model = useQuery(modelQuery(modelId))
  const name = model.data?.model_name ?? "Model"
  return (
    <Page
      title={name}
      lead={
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link to="/models" className="hover:text-ink hover:underline">
            Models
          </Link>
          {model.data && (
            <>
              <span aria-hidden>/</span>
              <span>{typeWord(model.data.model_type)}</span>
              <ModelStateBadge state={model.data.state} />
            </>
          )}
        </span>
      }
      actions={model.data && <ModelActions model={model.data} />}
    >
      <Fetched query={model}>
        {(data) => (
          <Tabs
            value={tab}
            label={`${name}: what is shown`}
            onChange={(next) => void navigate({ search: { tab: next === "overview" ? undefined : next } })}
            tabs={TABS.map(({ value, label, Content }) => ({
              value,
              label,
              content: () => (
                <Suspense fallback={<Loading />}>
                  <Content model={data} />
                </Suspense>
              ),
            }))}
          />
        )}
      </Fetched>
    </Page>
  )
}
