import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { CircleAlert, CircleCheck, CircleDashed, CircleSlash, LoaderCircle } from "lucide-react"
import { query } from "@/api/client"
import { Badge, Card, type Tone } from "@/ui/basics"
import { Button } from "@/ui/button"
import { percent, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"

const STATES: Record<string, { tone: Tone; icon: typeof CircleCheck }> = {
  due: { tone: "neutral", icon: CircleDashed },
  queued: { tone: "neutral", icon: CircleDashed },
  running: { tone: "info", icon: LoaderCircle },
  done: { tone: "good", icon: CircleCheck },
  failed: { tone: "bad", icon: CircleAlert },
  cancelled: { tone: "neutral", icon: CircleSlash },
}

/** What is to be done on this business day, and how far it is. */
export function Today() {
  const tasks = useQuery(query.queryOptions("get", "/api/admin/autonomous-business/daily-tasks"))
  return (
    <Card
      title="Today's tasks"
      actions={
        <Button size="sm" variant="ghost" asChild>
          <Link to="/tasks">All tasks</Link>
        </Button>
      }
    >
      <Fetched query={tasks} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-[13px] text-ink-3">Nothing is planned for today.</p>
          ) : (
            <ul className="flex flex-col gap-2 text-[13px]">
              {items.map((task) => {
                const { tone, icon: Icon } = STATES[task.state] ?? STATES.queued!
                return (
                  <li key={`${task.kind} ${task.task_id ?? task.schedule_id}`} className="flex items-center gap-3">
                    <span className="min-w-0 flex-1 truncate">{words(task.kind)}</span>
                    {task.due_at ? (
                      <When at={task.due_at} className="text-xs" />
                    ) : (
                      task.created_at && <When at={task.created_at} clock="system" className="text-xs" />
                    )}
                    <Badge tone={tone} icon={<Icon aria-hidden />}>
                      {words(task.state)}
                      {task.state === "running" && ` ${percent(task.progress)}`}
                    </Badge>
                  </li>
                )
              })}
            </ul>
          )
        }
      </Fetched>
    </Card>
  )
}
