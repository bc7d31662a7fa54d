import { Page } from "@/ui/page"

export function ApplicationsPage() {
  return <Page title="Applications">Not built yet.</Page>
}
