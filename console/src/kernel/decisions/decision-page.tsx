import { Page } from "@/ui/page"

export function DecisionPage() {
  return <Page title="Decision">Not built yet.</Page>
}
