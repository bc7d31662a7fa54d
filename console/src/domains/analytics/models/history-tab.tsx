import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { History } from "lucide-react"
import { Card } from "@/ui/basics"
import { Pager } from "@/ui/data-table"
import { actor, percent } from "@/ui/format"
import { Empty, Fetched } from "@/ui/states"
import { Timeline } from "@/ui/timeline"
import { aliasWord } from "./alias"
import { type Deployment, deploymentsQuery, type Model } from "./queries"
import { modelRoute } from "./routes"

/** Every change of what answers: by whom, why, and on what evidence. */
export function HistoryTab({ model }: { model: Model }) {
  const { after } = modelRoute.useSearch()
  const navigate = modelRoute.useNavigate()
  const deployments = useQuery(deploymentsQuery(model.id, after))
  return (
    <Fetched query={deployments}>
      {({ items, next }) =>
        items.length === 0 ? (
          <Card>
            <Empty icon={<History />} title="Nothing was deployed yet">
              Each change of what answers will stand here: who made it, why, and on what evidence.
            </Empty>
          </Card>
        ) : (
          <div className="card">
            <div className="p-4">
              <Timeline
                moments={items.map((each) => ({
                  key: each.id,
                  at: each.at,
                  title: <What model={model} change={each} />,
                  detail: <Why change={each} />,
                }))}
              />
            </div>
            {(after || next) && (
              <Pager
                shown={items.length}
                after={after}
                next={next}
                onPage={(page) => void navigate({ search: (now) => ({ ...now, after: page }) })}
              />
            )}
          </div>
        )
      }
    </Fetched>
  )
}

function What({ model, change }: { model: Model; change: Deployment }) {
  const { version, previous_version: previous } = change
  if (version === null)
    return (
      <>
        {aliasWord(change.alias)} taken away{previous !== null && `: version ${previous}`}
      </>
    )
  return (
    <>
      <Link
        to="/models/$modelId"
        params={{ modelId: model.id }}
        search={{ tab: "versions", version }}
        className="hover:underline"
      >
        Version {version}
      </Link>{" "}
      became {change.alias}
      {change.share !== null && change.share < 1 && ` for ${percent(change.share)} of the cases`}
      {previous !== null && previous !== version && `, in place of version ${previous}`}
    </>
  )
}

const Why = ({ change }: { change: Deployment }) => (
  <>
    <span className="block text-[13px] text-ink-2">{change.reason}</span>
    <span>{actor(change.changed_by)}</span>
    {change.decision_id && (
      <>
        {" · "}
        <Link
          to="/decisions/$decisionId"
          params={{ decisionId: change.decision_id }}
          className="text-accent hover:underline"
        >
          Show the decision
        </Link>
      </>
    )}
    {typeof change.evidence?.words === "string" && <span className="mt-0.5 block">{change.evidence.words}</span>}
  </>
)
