import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { CalendarClock, Pause, Play, StepForward } from "lucide-react"
import { useState } from "react"
import { useCan, useTimeZone } from "@/app/session"
import { Badge, Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { absolute, plain, words } from "@/ui/format"
import { Empty, Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { type Acting, useActing } from "./acting"
import { type Schedule, schedulesQuery } from "./queries"
import { ruleWords } from "./rule"

/** What is begun by itself, by which rule, and when next. */
export function Schedules() {
  const list = useQuery(schedulesQuery)
  const acting = useActing()
  const may = useCan()("kernel:task:manage")
  return (
    <Card title="Schedules">
      <Fetched query={list} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<CalendarClock />} title="Nothing is scheduled">
              Domains add their schedules when they are set up.
            </Empty>
          ) : (
            <ul>
              {items.map((schedule) => (
                <ScheduleRow key={schedule.id} schedule={schedule} acting={acting} may={may} />
              ))}
            </ul>
          )
        }
      </Fetched>
    </Card>
  )
}

function ScheduleRow({ schedule, acting, may }: { schedule: Schedule; acting: Acting; may: boolean }) {
  const zone = useTimeZone()
  const [pausing, setPausing] = useState(false)
  const name = words(schedule.kind)
  const parameters = Object.entries(schedule.parameters)
  const isRunning = acting.runNow.isPending && acting.runNow.variables === schedule.id
  const isResuming = acting.resume.isPending && acting.resume.variables === schedule.id
  return (
    <li className="grid gap-x-6 gap-y-3 border-b py-4 first:pt-1 last:border-0 last:pb-1 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]">
      <div className="min-w-0 text-[13px]">
        <h3 className="flex items-center gap-2 font-semibold">
          {name}
          {!schedule.enabled && (
            <Badge tone="warn" icon={<Pause aria-hidden />}>
              Paused
            </Badge>
          )}
        </h3>
        <p className="mt-0.5 text-ink-2">{ruleWords(schedule.rule)}, in business time</p>
        {parameters.length > 0 && (
          <p className="mt-0.5 break-words text-xs text-ink-3">
            {parameters.map(([key, value]) => `${words(key)}: ${plain(value)}`).join(" · ")}
          </p>
        )}
        <Link
          to="/tasks"
          search={{ subject: `schedule:${schedule.id}` }}
          className="mt-1 inline-block text-xs text-accent hover:underline"
        >
          Its tasks
        </Link>
      </div>
      <div className="min-w-0 text-[13px]">
        <p className="text-xs text-ink-3">Next runs</p>
        {schedule.next_runs.length === 0 ? (
          <p className="mt-0.5 text-ink-2">None while it is paused</p>
        ) : (
          <ol className="mt-0.5 flex flex-col gap-0.5">
            {schedule.next_runs.map((at) => (
              <li key={at} className="flex flex-wrap gap-x-2">
                <span className="num">{absolute(new Date(at), zone)}</span>
                <When at={at} />
              </li>
            ))}
          </ol>
        )}
      </div>
      {may && (
        <div className="flex items-start gap-1.5">
          <Button
            size="sm"
            busy={isRunning}
            aria-label={`Run now: ${name}`}
            onClick={() => acting.runNow.mutate(schedule.id)}
          >
            {!isRunning && <StepForward aria-hidden />} Run now
          </Button>
          {schedule.enabled ? (
            <Button size="sm" aria-label={`Pause…: ${name}`} onClick={() => setPausing(true)}>
              <Pause aria-hidden /> Pause…
            </Button>
          ) : (
            <Button
              size="sm"
              busy={isResuming}
              aria-label={`Resume: ${name}`}
              onClick={() => acting.resume.mutate(schedule.id)}
            >
              {!isResuming && <Play aria-hidden />} Resume
            </Button>
          )}
        </div>
      )}
      {pausing && (
        <Confirm
          open
          title={`Pause ${name.toLowerCase()}?`}
          confirm="Pause"
          onClose={() => setPausing(false)}
          onConfirm={() => acting.pause(schedule.id)}
        >
          Nothing is begun by this schedule until somebody resumes it; runs that fall due meanwhile are left out. A task
          of it that is under way goes on.
        </Confirm>
      )}
    </li>
  )
}
