import { Page } from "@/ui/page"

/** Every loan, what is owed on it and how late it is. */
export function LoansPage() {
  return (
    <Page title="Loans" lead="Every loan, what is owed on it and how late it is.">
      {null}
    </Page>
  )
}
