import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { dayQuery } from "@/kernel/tasks/queries"
import { State } from "@/kernel/tasks/state"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { percent, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"

/** What is to be done on this business day, and how far it is. */
export function Today() {
  const tasks = useQuery(dayQuery)
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
              {items.map((task) => (
                <li key={`${task.kind} ${task.task_id ?? task.schedule_id}`} className="flex items-center gap-3">
                  <span className="min-w-0 flex-1 truncate">{words(task.kind)}</span>
                  {task.due_at ? (
                    <When at={task.due_at} className="text-xs" />
                  ) : (
                    task.created_at && <When at={task.created_at} clock="system" className="text-xs" />
                  )}
                  {task.state === "running" && <span className="num text-xs">{percent(task.progress)}</span>}
                  <State state={task.state} />
                </li>
              ))}
            </ul>
          )
        }
      </Fetched>
    </Card>
  )
}
