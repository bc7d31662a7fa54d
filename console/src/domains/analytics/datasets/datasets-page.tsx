import { Page } from "@/ui/page"

/** Datasets. */
export function DatasetsPage() {
  return <Page title="Datasets">{null}</Page>
}
