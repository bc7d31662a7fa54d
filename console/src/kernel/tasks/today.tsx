import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useOrganization } from "@/app/session"
import { Card } from "@/ui/basics"
import { words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { dayQuery } from "./queries"
import { Progress, State } from "./state"

/** What is to be done on this business day, and how far it is. */
export function Today() {
  const day = useQuery(dayQuery)
  const zone = useOrganization()?.time_zone
  return (
    <Card
      title={
        <>
          Today
          {day.data && (
            <span className="ml-2 font-normal text-ink-3">
              {new Date(day.data.begins_at).toLocaleDateString(undefined, { dateStyle: "full", timeZone: zone })}
            </span>
          )}
        </>
      }
    >
      <Fetched query={day} rows={3}>
        {({ items, capped }) =>
          items.length === 0 ? (
            <p className="text-[13px] text-ink-3">Nothing is planned for this business day.</p>
          ) : (
            <>
              <ul className="flex flex-col text-[13px]">
                {items.map((task) => (
                  <li
                    key={`${task.kind} ${task.task_id ?? task.schedule_id} ${task.due_at}`}
                    className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b py-1 last:border-0"
                  >
                    <span className="w-24 shrink-0">
                      <State state={task.state} />
                    </span>
                    <span className="min-w-0 flex-1 truncate font-medium">
                      {task.task_id ? (
                        <Link to="/tasks" search={{ peek: task.task_id }} className="hover:underline">
                          {words(task.kind)}
                        </Link>
                      ) : (
                        words(task.kind)
                      )}
                    </span>
                    {task.state === "running" && (
                      <Progress value={task.progress} label={`Progress of ${words(task.kind)}`} />
                    )}
                    {task.due_at ? (
                      <When at={task.due_at} className="text-xs" />
                    ) : (
                      task.created_at && <When at={task.created_at} clock="system" className="text-xs" />
                    )}
                  </li>
                ))}
              </ul>
              {capped && <p className="mt-2 text-xs text-ink-3">There are more; the list of tasks has them all.</p>}
            </>
          )
        }
      </Fetched>
    </Card>
  )
}
