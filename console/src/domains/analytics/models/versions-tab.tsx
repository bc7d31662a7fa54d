import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Layers } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { actor } from "@/ui/format"
import { Empty, Failed, Loading } from "@/ui/states"
import { When } from "@/ui/when"
import { Figure } from "../parts/figure"
import { AliasBadge } from "./alias"
import { type Model, type VersionRow, versionsQuery } from "./queries"
import { modelRoute } from "./routes"
import { Validated } from "./verdict-card"
import { algorithmWord } from "./words"

const VersionReport = lazy(async () => ({ default: (await import("./version-report")).VersionReport }))

const COLUMNS: Column<VersionRow>[] = [
  {
    id: "number",
    header: "Version",
    cell: (row) => (
      <Link
        to="/models/$modelId"
        params={{ modelId: row.model_id }}
        search={{ tab: "versions", version: row.number }}
        className="num font-medium hover:underline"
      >
        Version {row.number}
      </Link>
    ),
  },
  {
    id: "aliases",
    header: "Stands as",
    cell: (row) =>
      row.aliases.length ? (
        <span className="inline-flex gap-1">
          {row.aliases.map((alias) => (
            <AliasBadge key={alias} alias={alias} />
          ))}
        </span>
      ) : (
        <span className="text-ink-3">–</span>
      ),
  },
  { id: "figure", header: "Figure beside baseline", cell: (row) => <Figure of={row} /> },
  { id: "validated", header: "Validated", cell: (row) => <Validated yes={row.validated} /> },
  {
    id: "algorithm",
    header: "Algorithm",
    wide: true,
    cell: (row) => <span className="text-ink-2">{algorithmWord(row.algorithm)}</span>,
  },
  {
    id: "why",
    header: "Why",
    wide: true,
    cell: (row) => (
      <span className="text-ink-2" title={row.why}>
        {row.why || "–"}
      </span>
    ),
  },
  {
    id: "trained",
    header: "Trained",
    align: "right",
    wide: true,
    cell: (row) => (
      <span className="inline-flex items-baseline gap-2">
        <span className="max-w-40 truncate text-xs text-ink-3">{actor(row.created_by)}</span>
        <When at={row.trained_at} />
      </span>
    ),
  },
]

/** What was trained, newest first; one version opens with its whole report. */
export function VersionsTab({ model }: { model: Model }) {
  const { version } = modelRoute.useSearch()
  if (version !== undefined)
    return (
      <Suspense fallback={<Loading />}>
        <VersionReport key={version} model={model} number={version} />
      </Suspense>
    )
  return <List model={model} />
}

function List({ model }: { model: Model }) {
  const { after } = modelRoute.useSearch()
  const navigate = modelRoute.useNavigate()
  const [current, setCurrent] = useState<string>()
  const before = after === undefined ? undefined : Number(after) || undefined
  const versions = useQuery(versionsQuery(model.id, before))
  if (versions.error && !versions.data) return <Failed error={versions.error} retry={() => void versions.refetch()} />
  return (
    <DataTable
      label={`Versions of ${model.model_name}`}
      columns={COLUMNS}
      rows={versions.data?.items}
      rowId={(row) => row.id}
      busy={versions.isFetching}
      current={current}
      onCurrent={(row) => setCurrent(row.id)}
      onOpen={(row) => void navigate({ search: { tab: "versions", version: row.number } })}
      empty={
        <Empty icon={<Layers />} title="No version yet">
          Each training that ends makes a version, with all that was measured of it.
        </Empty>
      }
      footer={
        (after || versions.data?.next) && (
          <Pager
            shown={versions.data?.items.length ?? 0}
            after={after}
            next={versions.data?.next}
            onPage={(next) => void navigate({ search: { tab: "versions", after: next } })}
          />
        )
      }
    />
  )
}
