import { getRouteApi } from "@tanstack/react-router"
import { Page } from "@/ui/page"
import { Tabs } from "@/ui/tabs"
import { ConsentsTab } from "./consents-tab"
import { DataMapTab } from "./data-map-tab"
import { FindTab } from "./find-tab"
import { HoldsTab } from "./holds-tab"
import { RequestPage } from "./request-page"
import { RequestsTab } from "./requests-tab"
import { RetentionTab } from "./retention-tab"

const route = getRouteApi("/privacy")

/** People’s data: what somebody may ask about themselves, and how long what they gave is kept. */
export function PrivacyPage() {
  const { tab, request } = route.useSearch()
  const navigate = route.useNavigate()
  if (request) return <RequestPage id={request} />
  return (
    <Page
      title="People’s data"
      lead="Find a person, give them a copy, erase them; what they consented to, and how long data is kept."
    >
      <Tabs
        label="People’s data"
        value={tab ?? "requests"}
        onChange={(next) => void navigate({ search: { tab: next === "requests" ? undefined : next } })}
        tabs={[
          { value: "requests", label: "Requests", content: () => <RequestsTab /> },
          { value: "find", label: "Find a person", content: () => <FindTab /> },
          { value: "consents", label: "Consents", content: () => <ConsentsTab /> },
          { value: "holds", label: "Legal holds", content: () => <HoldsTab /> },
          { value: "retention", label: "Retention", content: () => <RetentionTab /> },
          { value: "map", label: "Data map", content: () => <DataMapTab /> },
        ]}
      />
    </Page>
  )
}
