import { CircleX } from "lucide-react"
import { Badge, Copy, Notice } from "@/ui/basics"
import { type Column, DataTable } from "@/ui/data-table"
import { count, words } from "@/ui/format"
import { Empty } from "@/ui/states"
import { useNow, When } from "@/ui/when"
import { leaderOf, machinesOf, type Process, versionsOf } from "./wording"

/** Servers and workers: which live, which one leads, and which version each runs. */
export function Processes({ processes }: { processes: Process[] }) {
  const leader = leaderOf(processes, useNow())
  const versions = versionsOf(processes)
  const machines = machinesOf(processes)
  const known = processes.some(({ host }) => host !== null)
  const columns: Column<Process>[] = [
    {
      id: "role",
      header: "Process",
      cell: (process) => (
        <span className="inline-flex items-center gap-2">
          <span className="font-medium">{words(process.role)}</span>
          {process === leader && <Badge tone="accent">Leads</Badge>}
        </span>
      ),
    },
    {
      id: "state",
      header: "State",
      cell: (process) =>
        process.alive ? (
          <span className="text-ink-2">Alive</span>
        ) : (
          <Badge tone="bad" icon={<CircleX aria-hidden />}>
            Silent
          </Badge>
        ),
    },
    {
      id: "heartbeat",
      header: "Last heard of",
      cell: (process) => <When at={process.heartbeat_at} clock="system" />,
    },
    {
      id: "version",
      header: "Version",
      wide: true,
      cell: (process) => <span className="mono">{process.version || "–"}</span>,
    },
    {
      id: "started",
      header: "Started",
      wide: true,
      cell: (process) => <When at={process.started_at} clock="system" />,
    },
    ...(known
      ? ([
          {
            id: "host",
            header: "Machine",
            wide: true,
            cell: (process) => <span className="mono">{process.host ?? "–"}</span>,
          },
          {
            id: "pid",
            header: "Process id",
            wide: true,
            cell: (process) =>
              process.pid === null ? "–" : <Copy text={String(process.pid)} label="Copy the process id" />,
          },
        ] satisfies Column<Process>[])
      : []),
  ]
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="text-[13px] font-semibold">Processes</h2>
        {machines.length > 0 && (
          <p className="text-xs text-ink-3">
            {machines.length === 1 ? "On one machine" : `On ${count(machines.length)} machines`}; another joins by{" "}
            <code className="mono">intendant join</code>
          </p>
        )}
      </div>
      {versions.length > 1 && (
        <Notice tone="warn">
          {versions.length} versions run beside each other: {versions.join(" and ")}. That is well while an upgrade goes
          on; end it by starting the older ones anew.
        </Notice>
      )}
      <DataTable
        label="Processes"
        columns={columns}
        rows={processes}
        rowId={(process) => process.id ?? `${process.role} ${process.started_at}`}
        empty={
          <Empty icon={<CircleX />} title="No process is known">
            Start one with <code className="mono">intendant up</code>.
          </Empty>
        }
      />
    </div>
  )
}
