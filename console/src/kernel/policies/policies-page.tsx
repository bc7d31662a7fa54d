import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ChevronRight, Scale } from "lucide-react"
import { query } from "@/api/client"
import { Badge } from "@/ui/basics"
import { actor, words } from "@/ui/format"
import { Page } from "@/ui/page"
import { Empty, Fetched } from "@/ui/states"
import { When } from "@/ui/when"

const VERSIONS_MAX = 200
const WAITING_MAX = 200

/** The kinds of decisions and the policy each is bound by now. */
export function PoliciesPage() {
  const list = useQuery(query.queryOptions("get", "/api/v1/policies", { params: { query: { limit: VERSIONS_MAX } } }))
  const waiting = useQuery(
    query.queryOptions("get", "/api/v1/policies/proposals", {
      params: { query: { waiting: true, limit: WAITING_MAX } },
    }),
  )
  const waits = (kind: string, state: "proposed" | "scheduled") =>
    waiting.data?.items.filter((each) => each.kind === kind && each.state === state).length ?? 0
  return (
    <Page
      title="Policy"
      lead="What each kind of decision is bound by. Every change is a new version with its author and reason."
    >
      <Fetched query={list} rows={2}>
        {(data) => {
          const active = data.items.filter((version) => version.state === "active")
          if (active.length === 0)
            return (
              <div className="card">
                <Empty icon={<Scale />} title="No policy yet">
                  A policy is published for every kind of decision that is installed.
                </Empty>
              </div>
            )
          return (
            <ul className="flex flex-col gap-2">
              {active.map((version) => (
                <li key={version.kind}>
                  <Link
                    to="/policy/$kind"
                    params={{ kind: version.kind }}
                    className="card flex items-center gap-4 p-4 hover:border-line-strong"
                  >
                    <div className="min-w-0 flex-1">
                      <div className="flex flex-wrap items-center gap-2">
                        <span className="font-semibold">{words(version.kind)}</span>
                        <span className="mono text-xs text-ink-3">{version.kind}</span>
                        <Badge tone="accent">Version {version.version}</Badge>
                        {waits(version.kind, "proposed") > 0 && (
                          <Badge tone="warn">{waits(version.kind, "proposed")} proposed</Badge>
                        )}
                        {waits(version.kind, "scheduled") > 0 && (
                          <Badge tone="info">{waits(version.kind, "scheduled")} scheduled</Badge>
                        )}
                      </div>
                      <p className="mt-1 text-[13px] break-words text-ink-2">{version.reason}</p>
                      <p className="mt-0.5 text-xs text-ink-3">
                        {actor(version.author)}, <When at={version.effective_from} />
                      </p>
                    </div>
                    <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-3" />
                  </Link>
                </li>
              ))}
            </ul>
          )
        }}
      </Fetched>
    </Page>
  )
}
