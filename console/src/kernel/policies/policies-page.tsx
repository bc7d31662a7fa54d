import { Page } from "@/ui/page"

export function PoliciesPage() {
  return <Page title="Policy">Not built yet.</Page>
}
