import { getRouteApi } from "@tanstack/react-router"
import { Plus } from "lucide-react"
import { useState } from "react"
import { useCan } from "@/app/session"
import { MutesTab } from "@/kernel/mutes/mutes-tab"
import { Button } from "@/ui/button"
import { Page } from "@/ui/page"
import { Tabs } from "@/ui/tabs"
import { ListDialog } from "./list-dialog"
import { ListsTab } from "./lists-tab"
import type { ListTab } from "./routes"

const route = getRouteApi("/lists")

/** Lists that rules ask, and rules that do not ask about a customer for a while. */
export function ListsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayManage = useCan()("kernel:list:manage")
  const [creating, setCreating] = useState(false)
  const tab = search.tab ?? "lists"
  return (
    <Page
      title="Lists"
      lead="Values that rules know by name, and rules that let a customer alone for a while"
      actions={
        mayManage &&
        tab === "lists" && (
          <Button variant="solid" onClick={() => setCreating(true)}>
            <Plus /> New list
          </Button>
        )
      }
    >
      <Tabs<ListTab>
        label="Lists and muted rules"
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next === "lists" ? undefined : next } })}
        tabs={[
          { value: "lists", label: "Lists", content: () => <ListsTab onCreate={() => setCreating(true)} /> },
          {
            value: "mutes",
            label: "Muted rules",
            content: () => (
              <MutesTab
                search={search}
                onChange={(part, replace) =>
                  void navigate({ search: (now) => ({ ...now, after: undefined, at: undefined, ...part }), replace })
                }
                onPage={(after) => void navigate({ search: (now) => ({ ...now, after, at: undefined }) })}
              />
            ),
          },
        ]}
      />
      {creating && (
        <ListDialog
          onClose={() => setCreating(false)}
          onMade={(list) => void navigate({ to: "/lists/$listId", params: { listId: list.id }, search: {} })}
        />
      )}
    </Page>
  )
}
