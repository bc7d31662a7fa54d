import { useQuery } from "@tanstack/react-query"
import { Chips } from "@/ui/facets"
import { Page } from "@/ui/page"
import { Fetched } from "@/ui/states"
import { AttentionCard } from "./attention-card"
import { FirstSteps } from "./first-steps"
import { AnomaliesCard, ForecastsCard } from "./latest-cards"
import { ModelsCard } from "./models-card"
import { type Dashboard, dashboardQuery } from "./queries"
import { insightRoute } from "./routes"
import { SPAN, SPANS } from "./search"
import { UsageCard } from "./usage-card"
import { UsageFigures } from "./usage-figures"

/** The hub at a glance: what wants attention first, then models and how they do, use, anomalies and forecasts. */
export function InsightPage() {
  const { days = SPAN } = insightRoute.useSearch()
  const navigate = insightRoute.useNavigate()
  const query = useQuery(dashboardQuery(days))
  const shown = query.data && !isEmpty(query.data)
  return (
    <Page
      title="Insight"
      lead="Models, forecasts and anomalies, and what wants your attention."
      actions={
        shown && (
          <Chips
            label="Time shown"
            choices={SPANS.map((each) => ({ value: String(each), label: `${each} days` }))}
            chosen={[String(days)]}
            onChange={(chosen) => {
              const next = chosen?.find((each) => Number(each) !== days)
              if (next) void navigate({ search: { days: Number(next) === SPAN ? undefined : Number(next) } })
            }}
          />
        )
      }
    >
      <Fetched query={query} rows={10}>
        {(found) =>
          isEmpty(found) ? (
            <FirstSteps found={found} />
          ) : (
            <>
              {found.usage.deployed === 0 && <FirstSteps found={found} />}
              <AttentionCard items={found.attention} />
              <UsageFigures found={found} />
              <ModelsCard found={found} />
              <UsageCard found={found} />
              <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
                <AnomaliesCard />
                <ForecastsCard />
              </div>
            </>
          )
        }
      </Fetched>
    </Page>
  )
}

const isEmpty = ({ usage, attention }: Dashboard) =>
  usage.models + usage.forecasts + usage.open_anomalies + attention.length === 0
