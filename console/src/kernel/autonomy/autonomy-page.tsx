import { useQuery } from "@tanstack/react-query"
import { SlidersHorizontal } from "lucide-react"
import { query } from "@/api/client"
import { Page } from "@/ui/page"
import { Empty, Fetched } from "@/ui/states"
import { ComponentCard } from "./component-card"

const REFRESH_MILLISECONDS = 30_000

/** Each component, how far it works by itself, how that has gone, and who has control. */
export function AutonomyPage() {
  const list = useQuery(
    query.queryOptions("get", "/api/v1/components", undefined, { refetchInterval: REFRESH_MILLISECONDS }),
  )
  return (
    <Page title="Autonomy" lead="How far each component works by itself, how that has gone, and who has control.">
      <Fetched query={list} rows={4}>
        {(data) =>
          data.items.length === 0 ? (
            <div className="card">
              <Empty icon={<SlidersHorizontal />} title="No component yet">
                Components are set up with the kinds of decisions that are installed.
              </Empty>
            </div>
          ) : (
            data.items.map((component) => <ComponentCard key={component.name} component={component} />)
          )
        }
      </Fetched>
    </Page>
  )
}
