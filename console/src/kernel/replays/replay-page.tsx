import { Page } from "@/ui/page"

export function ReplayPage() {
  return <Page title="Replay">Not built yet.</Page>
}
