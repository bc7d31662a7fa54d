import { Page } from "@/ui/page"

/** People’s data. */
export function PrivacyPage() {
  return <Page title="People’s data">{null}</Page>
}
