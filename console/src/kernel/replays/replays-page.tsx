import { Page } from "@/ui/page"

export function ReplaysPage() {
  return <Page title="Replays">Not built yet.</Page>
}
