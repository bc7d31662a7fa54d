import { getRouteApi } from "@tanstack/react-router"
import { Page } from "@/ui/page"
import { Tabs } from "@/ui/tabs"
import { Schedules } from "./schedules"
import { TaskList } from "./task-list"
import { Today } from "./today"

const route = getRouteApi("/tasks")

/** Long work: what was begun and how far it is; what begins by itself, and when. */
export function TasksPage() {
  const { tab } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page title="Tasks" lead="Long work that survives a restart: begun by people, programs and schedules.">
      <Tabs
        label="Tasks"
        value={tab ?? "tasks"}
        onChange={(next) => void navigate({ search: { tab: next === "schedules" ? next : undefined } })}
        tabs={[
          { value: "tasks", label: "Tasks", content: () => <TaskList /> },
          {
            value: "schedules",
            label: "Today and schedules",
            content: () => (
              <div className="flex flex-col gap-4">
                <Today />
                <Schedules />
              </div>
            ),
          },
        ]}
      />
    </Page>
  )
}
