import { useQuery } from "@tanstack/react-query"
import { CircleAlert, CircleCheck, RefreshCw, TriangleAlert } from "lucide-react"
import { query, type Schema } from "@/api/client"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { count } from "@/ui/format"
import { Page } from "@/ui/page"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { Checks } from "./checks"
import { Faults, SlowStatements } from "./faults"
import { Processes } from "./processes"
import { Database, Queues } from "./queues"
import { troubles } from "./wording"

type System = Schema["SystemView"]

const REFRESH_MILLISECONDS = 10_000

/** How the installation is: what is wrong and what to do, which processes live, and what waits. Looks again by itself. */
export function SystemPage() {
  const system = useQuery(
    query.queryOptions("get", "/api/v1/system", undefined, { refetchInterval: REFRESH_MILLISECONDS, staleTime: 0 }),
  )
  return (
    <Page
      title="System"
      lead="How the installation is, looked at every ten seconds."
      actions={
        <Button onClick={() => void system.refetch()} disabled={!system.data}>
          <RefreshCw aria-hidden /> Look again
        </Button>
      }
    >
      <Fetched query={system} rows={8}>
        {(data) => (
          <>
            {system.error && (
              <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
                <span role="alert">
                  The server did not answer when it was asked last. What stands below was found{" "}
                  <When at={data.at} clock="system" className="text-inherit" />.
                </span>
              </Notice>
            )}
            <Standing system={data} />
            <Content system={data} />
          </>
        )}
      </Fetched>
    </Page>
  )
}

const Content = ({ system }: { system: System }) => (
  <>
    <Checks checks={system.checks} />
    <Processes processes={system.processes} />
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">
        <Queues queues={system.queues} />
        {system.database && <Database database={system.database} />}
      </div>
      {system.scope === "installation" && (
        <div className="flex min-w-0 flex-col gap-4">
          <Faults faults={system.faults} />
          <SlowStatements queries={system.slow_queries} />
        </div>
      )}
    </div>
    <p className="text-xs text-ink-3">
      The same at the terminal, also while nothing runs: <code className="mono">intendant doctor --all</code>. What a
      finding means, and what no check can see, stands in the guide “Troubleshoot” (docs/how-to/troubleshoot.md).
    </p>
  </>
)

/** All in one sentence. */
function Standing({ system }: { system: System }) {
  const wrong = troubles(system.checks)
  const Icon = system.state === "ok" ? CircleCheck : system.state === "failed" ? CircleAlert : TriangleAlert
  const things = wrong.length === 1 ? "one thing" : `${count(wrong.length)} things`
  return (
    <div role="status" className="card flex items-center gap-3 px-4 py-3">
      <Icon
        aria-hidden
        className={cn(
          "size-5 shrink-0",
          system.state === "ok" ? "text-ink-3" : system.state === "failed" ? "text-decline" : "text-review",
        )}
      />
      <div className="min-w-0">
        <p className="font-semibold">
          {system.state === "ok"
            ? "All is well"
            : system.state === "failed"
              ? `Something is broken: ${things} to mend`
              : `It works, with ${things} to look at`}
        </p>
        <p className="text-xs text-ink-3">
          {count(system.checks.length)} checks
          {system.scope === "organization" && " of what concerns your organisation"} · version {system.version}
        </p>
      </div>
    </div>
  )
}
