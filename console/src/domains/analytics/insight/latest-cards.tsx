import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Severity } from "@/kernel/alerts/severity"
import { Card } from "@/ui/basics"
import { words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { latestForecastsQuery, openAnomaliesQuery } from "./queries"

const MORE = "text-xs text-accent hover:underline"

/** The newest anomalies that nobody has settled. */
export function AnomaliesCard() {
  const query = useQuery(openAnomaliesQuery)
  return (
    <Card
      title="Open anomalies"
      actions={
        <Link to="/anomalies" search={{}} className={MORE}>
          All anomalies
        </Link>
      }
    >
      <Fetched query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-[13px] text-ink-3">
              Nothing out of the ordinary in the figures that are watched. Choose what is watched on the page of
              anomalies.
            </p>
          ) : (
            <ul className="-my-1 flex flex-col">
              {items.map((each) => (
                <li key={each.id} className="flex items-start gap-3 border-t py-2 text-[13px] first:border-0">
                  <span className="w-20 shrink-0">
                    <Severity level={each.severity} />
                  </span>
                  <div className="min-w-0 flex-1">
                    <Link
                      to="/anomalies"
                      search={{ id: each.id }}
                      className="block truncate font-medium hover:underline"
                    >
                      {each.name}
                    </Link>
                    <span className="line-clamp-2 break-words text-ink-3">{each.summary}</span>
                  </div>
                  <When at={each.started_at} className="text-xs" />
                </li>
              ))}
            </ul>
          )
        }
      </Fetched>
    </Card>
  )
}

/** The forecasts that were made last. */
export function ForecastsCard() {
  const query = useQuery(latestForecastsQuery)
  return (
    <Card
      title="Latest forecasts"
      actions={
        <Link to="/forecasts" search={{}} className={MORE}>
          All forecasts
        </Link>
      }
    >
      <Fetched query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-[13px] text-ink-3">
              Revenue, churn, demand and stock can be forecast from any table with times and amounts, with ranges and a
              back-test beside them.
            </p>
          ) : (
            <ul className="-my-1 flex flex-col">
              {items.map((each) => (
                <li key={each.id} className="flex items-baseline gap-3 border-t py-2 text-[13px] first:border-0">
                  <div className="min-w-0 flex-1">
                    <Link
                      to="/forecasts/$forecastId"
                      params={{ forecastId: each.id }}
                      search={{}}
                      className="block truncate font-medium hover:underline"
                    >
                      {each.name}
                    </Link>
                    <span className="text-ink-3">{words(each.kind)}</span>
                  </div>
                  <When at={each.created_at} clock="system" className="text-xs" />
                </li>
              ))}
            </ul>
          )
        }
      </Fetched>
    </Card>
  )
}
