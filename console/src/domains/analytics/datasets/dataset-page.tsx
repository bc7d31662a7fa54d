import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { BrainCircuit, TrendingUp } from "lucide-react"
import { useCan } from "@/app/session"
import { Card, Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, count } from "@/ui/format"
import { Page } from "@/ui/page"
import { Scroll } from "@/ui/scroll"
import { Failed, Loading } from "@/ui/states"
import { Tabs } from "@/ui/tabs"
import { When } from "@/ui/when"
import { ColumnsTab } from "./columns-tab"
import { DatasetActions } from "./dataset-actions"
import { type Dataset, datasetQuery } from "./queries"
import { datasetRoute } from "./routes"
import { RowsTab } from "./rows-tab"
import type { DatasetTab } from "./search"
import { SetAsideTab } from "./set-aside-tab"
import { bytes, OriginBadge } from "./words"

/** One dataset: what its columns look like, its rows, and what may be made of it. */
export function DatasetPage() {
  const { datasetId } = datasetRoute.useParams()
  const dataset = useQuery(datasetQuery(datasetId))
  if (dataset.data) return <Shown dataset={dataset.data} />
  return (
    <Page title="Dataset">
      {dataset.error ? <Failed error={dataset.error} retry={() => void dataset.refetch()} /> : <Loading />}
    </Page>
  )
}

function Shown({ dataset }: { dataset: Dataset }) {
  const { tab = "columns" } = datasetRoute.useSearch()
  const navigate = datasetRoute.useNavigate()
  const can = useCan()
  const id = dataset.dataset_id
  return (
    <Page
      title={dataset.name}
      lead={dataset.description || undefined}
      actions={
        <>
          <DatasetActions dataset={dataset} />
          {can("ai_analytics:generate") && (
            <Button asChild>
              <Link to="/forecasts" search={{ new: true, dataset: id }}>
                <TrendingUp /> Forecast it
              </Link>
            </Button>
          )}
          {can("ai_analytics:create") && (
            <Button asChild variant="solid">
              <Link to="/models/new" search={{ dataset: id }}>
                <BrainCircuit /> Train a model on it
              </Link>
            </Button>
          )}
        </>
      }
    >
      {dataset.notices.map((notice) => (
        <Notice key={notice}>{notice}</Notice>
      ))}
      <Card>
        <Facts
          items={[
            [
              "Rows",
              <span key="rows" className="num">
                {count(dataset.row_count)}
              </span>,
            ],
            [
              "Columns",
              <span key="columns" className="num">
                {count(dataset.column_count)}
              </span>,
            ],
            ["Size", bytes(dataset.size_bytes)],
            [
              "From",
              <span key="from" className="flex min-w-0 items-center gap-1.5">
                <OriginBadge origin={dataset.origin} />
                {dataset.source && (
                  <span className="truncate" title={dataset.source}>
                    {dataset.source}
                  </span>
                )}
              </span>,
            ],
            ["Read", <When key="read" at={dataset.refreshed_at} clock="system" />],
            ["Added by", actor(dataset.created_by)],
            ["Models trained on it", dataset.models.length ? dataset.models.join(", ") : "none"],
          ]}
        />
        {dataset.query && (
          <Scroll label="Its query" className="mt-4 max-h-48 overflow-auto rounded-control bg-sunken p-3">
            <code className="mono text-xs whitespace-pre-wrap">{dataset.query}</code>
          </Scroll>
        )}
      </Card>
      <Tabs<DatasetTab>
        label="Parts of the dataset"
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next }, replace: true })}
        tabs={[
          { value: "columns", label: "Columns", content: () => <ColumnsTab dataset={dataset} /> },
          { value: "rows", label: "Rows", content: () => <RowsTab dataset={dataset} /> },
          ...(dataset.quarantined_rows > 0 || dataset.origin === "upload"
            ? [
                {
                  value: "set-aside" as const,
                  label: `Set aside (${count(dataset.quarantined_rows)})`,
                  content: () => <SetAsideTab id={id} name={dataset.name} />,
                },
              ]
            : []),
        ]}
      />
    </Page>
  )
}
