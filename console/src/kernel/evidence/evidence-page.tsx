import { Page } from "@/ui/page"

/** Controls. */
export function EvidencePage() {
  return <Page title="Controls">{null}</Page>
}
