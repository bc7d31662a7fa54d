import { Page } from "@/ui/page"

/** Anomalies. */
export function AnomaliesPage() {
  return <Page title="Anomalies">{null}</Page>
}
