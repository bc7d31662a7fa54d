import { useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import type { Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge } from "@/ui/basics"
import { DraftGuard } from "@/ui/draft-guard"
import { actor, words } from "@/ui/format"
import { Page } from "@/ui/page"
import { Fetched } from "@/ui/states"
import { Tabs } from "@/ui/tabs"
import { When } from "@/ui/when"
import { draftOf, useDraft } from "./draft"
import { EditTab } from "./edit-tab"
import { activeQuery } from "./queries"
import { POLICY_TABS, type PolicyTab } from "./routes"
import { RulesTab } from "./rules-tab"
import { VersionsTab } from "./versions-tab"
import { Waiting } from "./waiting"

const route = getRouteApi("/policy/$kind")

/** The policy of one kind of decision: read it, change it, and see what it was. */
export function PolicyPage() {
  const { kind } = route.useParams()
  const active = useQuery(activeQuery(kind))
  const policy = active.data
  return (
    <Page
      title={`Policy: ${words(kind)}`}
      lead={
        policy && (
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Badge tone="accent">Version {policy.version}</Badge>
            <span>
              {actor(policy.author)}
              {policy.approved_by && <>, approved by {actor(policy.approved_by)}</>},{" "}
              <When at={policy.effective_from} />
            </span>
            <span className="min-w-0 break-words">“{policy.reason}”</span>
          </span>
        )
      }
    >
      <Fetched query={active}>{(data) => <PolicyTabs key={kind} policy={data} />}</Fetched>
    </Page>
  )
}

function PolicyTabs({ policy }: { policy: Schema["PolicyView"] }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayPublish = useCan()("kernel:policy:publish")
  const handle = useDraft(policy.kind, policy)
  const shown = POLICY_TABS.filter((tab) => tab !== "edit" || mayPublish)
  const tab = shown.includes(search.tab ?? "rules") ? (search.tab ?? "rules") : "rules"
  const toTab = (next: PolicyTab) => void navigate({ search: (now) => ({ ...now, tab: next }) })
  const contents = {
    rules: () => (
      <RulesTab
        policy={policy}
        onEdit={mayPublish ? (part) => void navigate({ search: { tab: "edit", part } }) : undefined}
      />
    ),
    edit: () => <EditTab policy={policy} handle={handle} />,
    versions: () => <VersionsTab policy={policy} />,
  }
  const labels = {
    rules: "Rules",
    edit: (
      <span className="inline-flex items-center gap-1.5">
        Edit {handle.changed && <Badge tone="warn">Draft</Badge>}
      </span>
    ),
    versions: "Versions",
  }
  return (
    <>
      <Waiting
        policy={policy}
        open={search.proposal}
        onOpen={(proposal) => void navigate({ search: (now) => ({ ...now, proposal }), resetScroll: false })}
        onStart={
          mayPublish && !handle.changed
            ? (document) => {
                handle.set(draftOf(policy, document))
                void navigate({ search: { tab: "edit" } })
              }
            : undefined
        }
      />
      <DraftGuard changed={handle.changed} name={words(policy.kind)} />
      <Tabs<PolicyTab>
        label="Policy"
        value={tab}
        onChange={toTab}
        tabs={shown.map((value) => ({ value, label: labels[value], content: contents[value] }))}
      />
    </>
  )
}
