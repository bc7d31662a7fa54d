import { Page } from "@/ui/page"

export function PolicyPage() {
  return <Page title="Policy">Not built yet.</Page>
}
