import { Page } from "@/ui/page"

export function ApplicationPage() {
  return <Page title="Application">Not built yet.</Page>
}
