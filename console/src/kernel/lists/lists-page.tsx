import { Page } from "@/ui/page"

/** Lists. */
export function ListsPage() {
  return <Page title="Lists">{null}</Page>
}
