import { Link } from "@tanstack/react-router"
import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { Badge, Card, Facts } from "@/ui/basics"
import { count, duration } from "@/ui/format"
import { type Queue, queueOf } from "./wording"

const LINK = "font-medium hover:underline"

/** What waits, for how long, and what got stuck. */
export function Queues({ queues }: { queues: Queue[] }) {
  return (
    <Card title="What waits">
      <table className="w-full text-[13px]">
        <caption className="sr-only">Queues</caption>
        <thead className="text-left text-xs text-ink-3">
          <tr>
            <th scope="col" className="pb-1.5 font-medium">
              Queue
            </th>
            <th scope="col" className="pb-1.5 text-right font-medium">
              Waiting
            </th>
            <th scope="col" className="hidden pb-1.5 text-right font-medium sm:table-cell">
              Oldest
            </th>
            <th scope="col" className="pb-1.5 text-right font-medium">
              In trouble
            </th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => {
            const { what, trouble } = queueOf(queue)
            return (
              <tr key={queue.name} className="border-t">
                <th scope="row" className="py-1.5 text-left font-normal">
                  <QueueLink queue={queue} /> <span className="hidden text-xs text-ink-3 sm:inline">{what}</span>
                </th>
                <td className="num py-1.5 text-right">{count(queue.waiting)}</td>
                <td className="num hidden py-1.5 text-right text-ink-3 sm:table-cell">
                  {queue.oldest_seconds >= 1 ? duration(queue.oldest_seconds) : "–"}
                </td>
                <td className="num py-1.5 text-right">
                  {queue.in_trouble > 0 ? (
                    <Badge tone="warn">
                      {count(queue.in_trouble)} {trouble}
                    </Badge>
                  ) : (
                    <span className="text-ink-3">None</span>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Card>
  )
}

/** A queue's name leads to where its things are dealt with. */
function QueueLink({ queue }: { queue: Queue }): ReactNode {
  const { label } = queueOf(queue)
  switch (queue.name) {
    case "tasks":
      return (
        <Link to="/tasks" className={LINK}>
          {label}
        </Link>
      )
    case "approvals":
      return (
        <Link to="/approvals" className={LINK}>
          {label}
        </Link>
      )
    case "channels":
    case "webhooks":
      return (
        <Link to="/settings/$section" params={{ section: queue.name }} className={LINK}>
          {label}
        </Link>
      )
    default:
      return <span className="font-medium">{label}</span>
  }
}

const MEGABYTE = 1e6

/** The database that everything stands in. */
export const Database = ({ database }: { database: Schema["DatabaseView"] }) => (
  <Card title="Database">
    <Facts
      items={[
        ["PostgreSQL", <span key="version">{database.version}</span>],
        [
          "Size",
          <span key="size" className="num">
            {(database.size_bytes / MEGABYTE).toLocaleString(undefined, { maximumFractionDigits: 1 })} MB
          </span>,
        ],
        [
          "Connections",
          <span key="connections" className="num">
            {count(database.connections)} of {count(database.connections_max)}
          </span>,
        ],
        [
          "Schema",
          <span key="schema" className="mono">
            {database.schema_revision}
          </span>,
        ],
      ]}
    />
  </Card>
)
