import { Page } from "@/ui/page"

export function ApprovalsPage() {
  return <Page title="Approvals">Not built yet.</Page>
}
