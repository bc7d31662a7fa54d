import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ArrowLeft, CircleAlert, Rocket } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { useCan } from "@/app/session"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor } from "@/ui/format"
import { Fetched, Loading } from "@/ui/states"
import { When } from "@/ui/when"
import { AliasBadge } from "./alias"
import { FeaturesCard } from "./features-card"
import { FiguresCard } from "./figures-card"
import { GroupsCard } from "./groups-card"
import { LineageCard } from "./lineage-card"
import { type Model, type Version, versionQuery } from "./queries"
import { readReport } from "./report"
import { TrialCard } from "./trial-card"
import { VerdictCard } from "./verdict-card"
import { algorithmWord } from "./words"

const Pictures = lazy(() => import("./pictures"))
const DeployDialog = lazy(() => import("./deploy-dialog"))

/** One version with all that was measured of it: its card. */
export function VersionReport({ model, number }: { model: Model; number: number }) {
  const version = useQuery(versionQuery(model.id, number))
  return <Fetched query={version}>{(data) => <Report model={model} version={data} />}</Fetched>
}

function Report({ model, version }: { model: Model; version: Version }) {
  const report = readReport(version.report)
  return (
    <div className="flex flex-col gap-4">
      <Head model={model} version={version} />
      {!version.signed && (
        <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
          Its signature does not hold: what is stored is not what was trained here. It is not deployed.
        </Notice>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <VerdictCard version={version} all />
          <FiguresCard version={version} />
          <Suspense fallback={<Loading />}>
            <Pictures version={version} />
          </Suspense>
          {report.groups.length > 0 && <GroupsCard report={report} />}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <TrialCard version={version} />
          <FeaturesCard report={report} />
          <Leakage version={version} />
          {report.notices.length > 0 && (
            <Card title="To bear in mind">
              <ul className="flex list-disc flex-col gap-1 pl-4 text-[13px] marker:text-ink-3">
                {report.notices.map((notice) => (
                  <li key={notice}>{notice}</li>
                ))}
              </ul>
            </Card>
          )}
          <LineageCard model={model} version={version} />
        </div>
      </div>
    </div>
  )
}

function Head({ model, version }: { model: Model; version: Version }) {
  const can = useCan()
  const [deploying, setDeploying] = useState(false)
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Button size="icon" variant="ghost" asChild>
        <Link
          to="/models/$modelId"
          params={{ modelId: model.id }}
          search={{ tab: "versions" }}
          aria-label="All versions"
          title="All versions"
        >
          <ArrowLeft />
        </Link>
      </Button>
      <h2 className="text-base font-semibold">Version {version.number}</h2>
      <span className="text-ink-2">{algorithmWord(version.algorithm)}</span>
      {version.aliases.map((alias) => (
        <AliasBadge key={alias} alias={alias} share={model[alias]?.share} />
      ))}
      <span className="text-xs text-ink-3">
        Trained by {actor(version.created_by)} <When at={version.trained_at} className="text-xs" />
        {version.why && `: ${version.why}`}
      </span>
      {can("ai_analytics:manage") && (
        <Button size="sm" className="ml-auto" onClick={() => setDeploying(true)}>
          <Rocket /> Deploy…<span className="sr-only"> version {version.number}</span>
        </Button>
      )}
      {deploying && (
        <Suspense>
          <DeployDialog model={model} version={version.number} onClose={() => setDeploying(false)} />
        </Suspense>
      )}
    </div>
  )
}

function Leakage({ version }: { version: Version }) {
  const { leakage } = readReport(version.report)
  if (leakage.length === 0) return null
  return (
    <Card title="Columns that know the answer">
      <ul className="flex flex-col gap-2 text-[13px]">
        {leakage.map((leak) => (
          <li key={leak.column}>
            <span className="font-medium break-words">{leak.column}</span>{" "}
            <span className="text-xs text-ink-3">{leak.left_out ? "left out" : "kept, as was wished"}</span>
            <span className="block text-ink-2">{leak.message}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
