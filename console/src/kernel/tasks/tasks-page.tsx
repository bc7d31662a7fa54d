import { Page } from "@/ui/page"

export function TasksPage() {
  return <Page title="Tasks">Not built yet.</Page>
}
