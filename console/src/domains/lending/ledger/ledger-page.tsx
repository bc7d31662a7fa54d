import { Page } from "@/ui/page"

/** Every movement of money, by double entry. */
export function LedgerPage() {
  return (
    <Page title="Ledger" lead="Every movement of money, by double entry.">
      {null}
    </Page>
  )
}
