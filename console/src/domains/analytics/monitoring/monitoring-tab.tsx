import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Activity, CircleAlert, RefreshCw } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { useCan } from "@/app/session"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Select } from "@/ui/field"
import { Empty, Fetched } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { MODELS } from "../models/queries"
import { modelRoute } from "../models/routes"
import { CalibrationCard } from "./calibration-card"
import { ComparisonCard } from "./comparison-card"
import { DriftCard } from "./drift-card"
import { GroupsCard } from "./groups-card"
import { HealthBadge } from "./health"
import { PerformanceCard } from "./performance-card"
import { type Model, type Performance, performanceQuery } from "./queries"
import { ofVersion } from "./series"

/** How the model does over time, how far its data moved, and which version is better. */
export function MonitoringTab({ model }: { model: Model }) {
  const { version } = modelRoute.useSearch()
  const navigate = modelRoute.useNavigate()
  const query = useQuery(performanceQuery(model.id))
  if (model.version === 0 || (model.champion === null && query.data?.periods.length === 0))
    return (
      <Empty
        icon={<Activity />}
        title="Nothing answers yet, so there is nothing to watch"
        action={
          <Button onClick={() => void navigate({ search: (now) => ({ ...now, tab: "versions" }) })}>
            See versions
          </Button>
        }
      >
        As soon as a version is deployed, what it is asked and what comes of it is measured here every few minutes.
      </Empty>
    )
  return (
    <Fetched query={query}>
      {(found) => {
        const shown = version ?? model.champion?.number ?? found.periods.at(-1)?.version
        const periods = ofVersion(found.periods, shown)
        return (
          <div className="flex flex-col gap-4">
            <Standing
              model={model}
              found={found}
              version={shown}
              onVersion={(next) => void navigate({ search: (now) => ({ ...now, version: next }), replace: true })}
            />
            <PerformanceCard found={found} version={shown} periods={periods} />
            <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
              <DriftCard modelId={model.id} version={shown} />
              <div className="flex flex-col gap-4">
                <ComparisonCard modelId={model.id} />
                {model.model_type === "classification" && <CalibrationCard periods={periods} />}
                {model.protected_columns.length > 0 && <GroupsCard periods={periods} />}
              </div>
            </div>
          </div>
        )
      }}
    </Fetched>
  )
}

/** In plain words: whether all is well, and what wants attention. */
function Standing({
  model,
  found,
  version,
  onVersion,
}: {
  model: Model
  found: Performance
  version: number | undefined
  onVersion: (version: number | undefined) => void
}) {
  return (
    <Card>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 flex-1 basis-72">
          <HealthBadge health={found.health} />
          <p className="mt-2 text-[15px] break-words">{found.summary}</p>
          {found.notes.map((note) => (
            <p key={note} className="mt-1 text-[13px] text-ink-3">
              {note}
            </p>
          ))}
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {found.versions.length > 1 && (
            <Select
              aria-label="Version that is looked at"
              className="w-44!"
              value={version ?? ""}
              onChange={(event) => onVersion(Number(event.target.value))}
            >
              {found.versions.map((each) => (
                <option key={each.version} value={each.version}>
                  Version {each.version}
                  {each.aliases.length > 0 && ` (${each.aliases.join(", ")})`}
                </option>
              ))}
            </Select>
          )}
          <MeasureNow modelId={model.id} />
        </div>
      </div>
      {found.due.length > 0 && (
        <Notice tone="warn" icon={<CircleAlert aria-hidden />} className="mt-3">
          It is due for training. {found.due.join(" ")}
        </Notice>
      )}
    </Card>
  )
}

function MeasureNow({ modelId }: { modelId: string }) {
  const can = useCan()
  const client = useQueryClient()
  const [key, setKey] = useState(() => crypto.randomUUID())
  const run = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST(`${MODELS}/{model_id}/performance/measure`, {
        params: { path: { model_id: modelId } },
        headers: once(key),
      })
      return data!
    },
    onSuccess: ({ periods, more }) =>
      toast(periods === 0 ? "Nothing new to measure" : `${periods} periods measured`, {
        detail: more ? "More are left; they follow within minutes." : undefined,
      }),
    onError: (error) => toastError(error),
    onSettled: () => {
      setKey(crypto.randomUUID())
      return client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith(MODELS) })
    },
  })
  if (!can("ai_analytics:manage")) return null
  return (
    <Button onClick={() => run.mutate()} busy={run.isPending}>
      <RefreshCw /> Measure now
    </Button>
  )
}
