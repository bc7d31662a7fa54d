import { Page } from "@/ui/page"

/** Insight. */
export function InsightPage() {
  return <Page title="Insight">{null}</Page>
}
