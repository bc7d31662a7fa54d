import { useQuery } from "@tanstack/react-query"
import { statusQuery } from "@/app/session"
import { Page } from "@/ui/page"
import { Fetched } from "@/ui/states"
import { Components } from "./components-card"
import { Health } from "./health"
import { LiveFeed } from "./live-feed"
import { Tiles } from "./tiles"
import { Waiting } from "./waiting"

/** What the business is doing, and what waits for a person. */
export function OverviewPage() {
  const status = useQuery(statusQuery)
  return (
    <Page title="Overview" lead="What the business is doing, and what waits for you.">
      <Fetched query={status}>
        {(data) => (
          <>
            <Tiles status={data} />
            <div className="grid items-start gap-4 xl:grid-cols-[2fr_1fr]">
              <div className="flex min-w-0 flex-col gap-4">
                <LiveFeed />
              </div>
              <div className="flex min-w-0 flex-col gap-4">
                <Waiting />
                <Components components={data.components} />
                <Health />
              </div>
            </div>
          </>
        )}
      </Fetched>
    </Page>
  )
}
