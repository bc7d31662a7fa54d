import { Link } from "@tanstack/react-router"
import { ArrowRight } from "lucide-react"
import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { count, percent } from "@/ui/format"

/** What an operator looks at first: how much was done alone, what waits, what is wrong, what is under way. */
export function Tiles({ status }: { status: Schema["Status"] }) {
  const { act, ask, refuse, observe } = status.decisions_last_day
  const decided = act + ask + refuse + observe
  const alerts = status.counts.alerts_open
  const queue = status.queue
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Tile to="/decisions" label="Decisions, last business day" value={count(decided)}>
        {decided ? `${percent(act / decided)} acted without a person` : "None yet"}
      </Tile>
      <Tile to="/approvals" label="Waiting for a person" value={count(status.counts.approvals_open)}>
        {status.counts.approvals_mine
          ? `${count(status.counts.approvals_mine)} assigned to you`
          : "None assigned to you"}
      </Tile>
      <Tile to="/alerts" label="Open alerts" value={count(status.alerts_open)}>
        {status.alerts_open ? severities(alerts) : "All quiet"}
      </Tile>
      <Tile to="/tasks" label="Effects in the queue" value={count(queue.planned + queue.held + queue.running)}>
        {queue.unknown + queue.failed
          ? `${count(queue.unknown + queue.failed)} failed or of unknown fate`
          : queue.held
            ? `${count(queue.held)} held back so that they can be undone`
            : "None failed"}
      </Tile>
    </div>
  )
}

const severities = (alerts: Schema["AlertCounts"]) =>
  (["critical", "high", "medium", "low"] as const)
    .filter((severity) => alerts[severity])
    .map((severity) => `${count(alerts[severity])} ${severity}`)
    .join(", ")

function Tile({ to, label, value, children }: { to: string; label: string; value: string; children: ReactNode }) {
  return (
    <Link to={to} className="card group p-4 hover:border-line-strong">
      <span className="flex items-center justify-between gap-2 text-xs text-ink-3">
        {label}
        <ArrowRight aria-hidden className="size-3.5 shrink-0 opacity-0 transition-opacity group-hover:opacity-100" />
      </span>
      <span className="num mt-1 block text-2xl font-semibold tracking-tight">{value}</span>
      <span className="mt-0.5 block truncate text-xs text-ink-3">{children}</span>
    </Link>
  )
}
