import { Page } from "@/ui/page"

/** Models. */
export function ModelsPage() {
  return <Page title="Models">{null}</Page>
}
