import { Page } from "@/ui/page"

/** Loans in arrears, and what is done about each. */
export function CollectionsPage() {
  return (
    <Page title="Collections" lead="Loans in arrears, and what is done about each.">
      {null}
    </Page>
  )
}
