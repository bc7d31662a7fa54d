import { Page } from "@/ui/page"

/** Say what is to be learnt, from which data. */
export function NewModelPage() {
  return <Page title="New model">{null}</Page>
}
