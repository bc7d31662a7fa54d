import { Page } from "@/ui/page"

export function ProductPage() {
  return <Page title="Product">Not built yet.</Page>
}
