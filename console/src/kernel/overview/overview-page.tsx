import { useQuery } from "@tanstack/react-query"
import { statusQuery } from "@/app/session"
import { Page } from "@/ui/page"
import { Fetched } from "@/ui/states"
import { Components } from "./components-card"
import { Figures } from "./figures"
import { FirstSteps } from "./first-steps"
import { Health } from "./health"
import { LiveFeed } from "./live-feed"
import { ReplaysCard } from "./replays-card"
import { overviewRoute } from "./routes"
import { Tiles } from "./tiles"
import { Today } from "./today"
import { Waiting } from "./waiting"

/** What the business is doing, and what waits for a person. */
export function OverviewPage() {
  const status = useQuery(statusQuery)
  const { period = "day" } = overviewRoute.useSearch()
  const navigate = overviewRoute.useNavigate()
  return (
    <Page title="Overview" lead="What the business is doing, and what waits for you.">
      <Fetched query={status}>
        {(data) => (
          <>
            <FirstSteps />
            <Tiles status={data} />
            <div className="grid items-start gap-4 xl:grid-cols-[2fr_1fr]">
              <div className="flex min-w-0 flex-col gap-4">
                <Figures
                  period={period}
                  onPeriod={(next) =>
                    void navigate({ search: { period: next === "day" ? undefined : next }, replace: true })
                  }
                />
                <LiveFeed />
              </div>
              <div className="flex min-w-0 flex-col gap-4">
                <Waiting />
                <Today />
                <Components components={data.components} />
                <ReplaysCard />
                <Health />
              </div>
            </div>
          </>
        )}
      </Fetched>
    </Page>
  )
}
