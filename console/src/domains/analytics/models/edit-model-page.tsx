import { Page } from "@/ui/page"
export function EditModelPage() {
  return <Page title="Edit">{null}</Page>
}
