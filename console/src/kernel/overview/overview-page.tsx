import { Page } from "@/ui/page"

export function OverviewPage() {
  return <Page title="Overview">Not built yet.</Page>
}
