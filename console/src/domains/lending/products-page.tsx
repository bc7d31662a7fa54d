import { Page } from "@/ui/page"

export function ProductsPage() {
  return <Page title="Products">Not built yet.</Page>
}
