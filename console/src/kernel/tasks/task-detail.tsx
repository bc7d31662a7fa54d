import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Ban, RotateCcw } from "lucide-react"
import { useState } from "react"
import { Copy, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { actor, duration, words } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Fetched } from "@/ui/states"
import { useNow, When } from "@/ui/when"
import type { Acting } from "./acting"
import { isUnderWay, type Task, taskQuery } from "./queries"
import { Progress, State } from "./state"

/** One task: what it was asked, how far it is, what came of it or what went wrong. */
export function TaskDetail({ taskId, acting, may }: { taskId: string; acting: Acting; may: boolean }) {
  const task = useQuery(taskQuery(taskId))
  return <Fetched query={task}>{(data) => <Body task={data} acting={acting} may={may} />}</Fetched>
}

function Body({ task, acting, may }: { task: Task; acting: Acting; may: boolean }) {
  const [cancelling, setCancelling] = useState(false)
  useNow()
  return (
    <div className="flex flex-col gap-5">
      <div>
        <State state={task.state} />
        <h2 className="mt-2 text-base font-semibold">{words(task.kind)}</h2>
        {task.note && task.note !== task.state && <p className="text-[13px] text-ink-2">{task.note}</p>}
        {task.state === "running" && (
          <div className="mt-2">
            <Progress value={task.progress} label={`Progress of ${words(task.kind)}`} />
          </div>
        )}
      </div>
      {may && (
        <div className="flex flex-wrap gap-1.5 empty:hidden">
          {isUnderWay(task) && (
            <Button onClick={() => setCancelling(true)}>
              <Ban aria-hidden /> Cancel…
            </Button>
          )}
          {(task.state === "failed" || task.state === "cancelled") && (
            <Button variant="solid" busy={acting.retry.isPending} onClick={() => acting.retry.mutate(task.id)}>
              {!acting.retry.isPending && <RotateCcw aria-hidden />} Retry
            </Button>
          )}
        </div>
      )}
      {task.error && (
        <section>
          <h3 className="mb-1.5 text-[13px] font-semibold">What went wrong</h3>
          <Text label="Error" text={task.error} />
        </section>
      )}
      <Facts
        items={[
          ["Attempts", String(task.attempts)],
          ["Begun by", actor(task.created_by)],
          ["Made", <When key="made" at={task.created_at} clock="system" />],
          ["Started", task.started_at ? <When key="started" at={task.started_at} clock="system" /> : "not yet"],
          ["Ended", task.ended_at ? <When key="ended" at={task.ended_at} clock="system" /> : "not yet"],
          [isUnderWay(task) ? "Runs for" : "Took", took(task)],
          ["Queue", `${task.queue}, priority ${task.priority}`],
          ...(task.subject ? ([["About", <SubjectLink key="subject" subject={task.subject} />]] as const) : []),
        ].map(([term, value]) => [term, value])}
      />
      <Record title="Parameters" value={task.parameters} none="It takes none." />
      {task.state === "done" && <Record title="Result" value={task.result} none="It gives none." />}
      <p className="flex items-center gap-1 text-xs text-ink-3">
        Task <Copy text={task.id} label="Copy id" />
      </p>
      {cancelling && (
        <Confirm
          open
          danger
          title={`Cancel ${words(task.kind).toLowerCase()}?`}
          confirm="Cancel the task"
          onClose={() => setCancelling(false)}
          onConfirm={() => acting.cancel(task.id)}
        >
          {task.state === "queued"
            ? "It has not begun, and never will. You can queue it again later."
            : "It ends before its next step. What it has done so far stays; begun again, it starts from its beginning."}
        </Confirm>
      )}
    </div>
  )
}

/** How long a task took, or runs so far. */
export function took({ started_at: started, ended_at: ended }: Task): string {
  if (!started) return "–"
  const until = ended ? Date.parse(ended) : Date.now()
  return duration(Math.max(0, until - Date.parse(started)) / 1_000)
}

function SubjectLink({ subject }: { subject: string }) {
  if (subject.startsWith("schedule:"))
    return (
      <Link to="/tasks" search={{ subject }} className="text-accent hover:underline">
        Its schedule's tasks
      </Link>
    )
  return <span className="mono break-all">{subject}</span>
}

const isEmpty = (value: unknown) =>
  value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0)

function Record({ title, value, none }: { title: string; value: unknown; none: string }) {
  return (
    <section>
      <h3 className="mb-1.5 text-[13px] font-semibold">{title}</h3>
      {isEmpty(value) ? (
        <p className="text-[13px] text-ink-3">{none}</p>
      ) : (
        <Text label={title} text={typeof value === "string" ? value : JSON.stringify(value, null, 2)} />
      )}
    </section>
  )
}

const Text = ({ label, text }: { label: string; text: string }) => (
  <Scroll label={label} className="max-h-80 overflow-auto rounded-control border bg-sunken p-3">
    <pre className="mono text-xs break-words whitespace-pre-wrap">{text}</pre>
  </Scroll>
)
