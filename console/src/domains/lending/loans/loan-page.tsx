import { Page } from "@/ui/page"

/** One loan: what was agreed, what was paid, what is owed. */
export function LoanPage() {
  return (
    <Page title="Loan" lead="One loan: what was agreed, what was paid, what is owed.">
      {null}
    </Page>
  )
}
