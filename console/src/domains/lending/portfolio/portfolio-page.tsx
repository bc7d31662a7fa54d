import { Page } from "@/ui/page"

/** What is lent, how it is repaid and what it may cost. */
export function PortfolioPage() {
  return (
    <Page title="Portfolio" lead="What is lent, how it is repaid and what it may cost.">
      {null}
    </Page>
  )
}
