import { getRouteApi } from "@tanstack/react-router"
import { Page } from "@/ui/page"
import { Tabs } from "@/ui/tabs"
import { Entries } from "./entries"
import { ExportButton } from "./export-button"
import { VerifyTab } from "./verify-tab"

const route = getRouteApi("/audit")

/** What was done, by whom, to what; and how anybody can make sure that it still says what it said. */
export function AuditPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page
      title="Audit"
      lead="Every act, sealed within a minute into a signed log. Nothing in it can be changed unseen."
      actions={<ExportButton />}
    >
      <Tabs
        label="Audit"
        value={search.tab ?? "entries"}
        onChange={(tab) => void navigate({ search: { tab: tab === "verify" ? tab : undefined } })}
        tabs={[
          { value: "entries", label: "Entries", content: () => <Entries /> },
          { value: "verify", label: "Verify", content: () => <VerifyTab /> },
        ]}
      />
    </Page>
  )
}
