import { Page } from "@/ui/page"

/** System. */
export function SystemPage() {
  return <Page title="System">{null}</Page>
}
