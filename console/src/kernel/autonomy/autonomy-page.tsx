import { Page } from "@/ui/page"

export function AutonomyPage() {
  return <Page title="Autonomy">Not built yet.</Page>
}
