import { Page } from "@/ui/page"

/** Forecasts. */
export function ForecastsPage() {
  return <Page title="Forecasts">{null}</Page>
}
