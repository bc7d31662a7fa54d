import { useQuery } from "@tanstack/react-query"
import { CircleAlert } from "lucide-react"
import { Card, Notice } from "@/ui/basics"
import { Page } from "@/ui/page"
import { Failed, Loading } from "@/ui/states"
import { When } from "@/ui/when"
import { AmountsView } from "./amounts-view"
import { ChurnView } from "./churn-view"
import { ForecastActions } from "./forecast-actions"
import { InventoryView } from "./inventory-view"
import { type Forecast, forecastQuery, type Summary } from "./queries"
import { forecastRoute } from "./routes"
import { Running } from "./running"
import { kindWord } from "./words"

/** One forecast: what comes next, how the same way did on the past, and what it cannot say. */
export function ForecastPage() {
  const { forecastId } = forecastRoute.useParams()
  const search = forecastRoute.useSearch()
  const forecast = useQuery(forecastQuery(forecastId, search))
  if (!forecast.data)
    return (
      <Page title="Forecast">
        {forecast.error ? <Failed error={forecast.error} retry={() => void forecast.refetch()} /> : <Loading />}
      </Page>
    )
  const shown = forecast.data
  return (
    <Page
      title={shown.name}
      lead={
        <>
          {kindWord(shown.kind)} · made <When at={shown.finished_at ?? shown.created_at} clock="system" />
        </>
      }
      actions={<ForecastActions forecast={shown} />}
    >
      {shown.state === "running" && <Running forecast={shown} />}
      {shown.state === "failed" && (
        <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
          {shown.error ?? "It failed."} Ask again with what is missing, or run it again once the rows are mended.
        </Notice>
      )}
      {shown.state === "cancelled" && (
        <Notice>It was cancelled before anything came out. Run it again whenever you like.</Notice>
      )}
      {shown.summary && shown.state !== "running" && <Shown forecast={shown} summary={shown.summary} />}
    </Page>
  )
}

function Shown({ forecast, summary }: { forecast: Forecast; summary: Summary }) {
  return (
    <>
      <p className="text-base font-medium">{summary.headline}</p>
      {forecast.kind === "churn" ? (
        <ChurnView forecast={forecast} summary={summary} />
      ) : forecast.kind === "inventory" ? (
        <InventoryView forecast={forecast} summary={summary} />
      ) : (
        <AmountsView forecast={forecast} summary={summary} />
      )}
      <Card title="What it is made of, and what it cannot say">
        <p className="text-[13px] text-ink-2">{summary.computed_from}</p>
        <ul className="mt-2 flex list-disc flex-col gap-1 pl-5 text-[13px] text-ink-2">
          {summary.cannot_say.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
        {summary.notices.length > 0 && (
          <ul className="mt-3 flex flex-col gap-1 border-t pt-3 text-[13px] text-ink-3">
            {summary.notices.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        )}
      </Card>
    </>
  )
}
