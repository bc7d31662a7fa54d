import { Page } from "@/ui/page"

export function DecisionsPage() {
  return <Page title="Decisions">Not built yet.</Page>
}
