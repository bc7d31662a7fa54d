/** Words for what the doctor found, and how findings are grouped. */
import type { Schema } from "@/api/client"
import { words } from "@/ui/format"

export type Check = Schema["CheckView"]
export type Process = Schema["ProcessView"]
export type Queue = Schema["QueueView"]

const SEVERITY: Record<Check["state"], number> = { failed: 0, warning: 1, ok: 2 }

/** What is wrong, the worst first; else as the doctor said it. */
export const troubles = (checks: Check[]): Check[] =>
  checks.filter(({ state }) => state !== "ok").toSorted((one, other) => SEVERITY[one.state] - SEVERITY[other.state])

/** All findings under their groups, in the doctor's order. */
export function byGroup(checks: Check[]): [string, Check[]][] {
  const groups = new Map<string, Check[]>()
  for (const check of checks) groups.set(check.group, [...(groups.get(check.group) ?? []), check])
  return [...groups]
}

const GROUPS: Record<string, string> = { machine: "This machine", database: "Database", work: "Work" }
export const groupLabel = (group: string) => GROUPS[group] ?? words(group)

/** "work.row_security" as "Row security". */
export const checkLabel = ({ name }: Check) => words(name.slice(name.indexOf(".") + 1))

export interface Part {
  text: string
  code: boolean
}

/** A remedy as words and commands: what stands in backticks, or all of it where it is a command itself. */
export function readRemedy(remedy: string): Part[] {
  if (/^(intendant|chmod|chown|systemctl|psql) \S/.test(remedy)) return [{ text: remedy, code: true }]
  return remedy
    .split("`")
    .map((text, at) => ({ text, code: at % 2 === 1 }))
    .filter(({ text }) => text !== "")
}

export const QUEUES: Record<string, { label: string; what: string; trouble: string }> = {
  effects: { label: "Effects", what: "to be carried out", trouble: "failed or unknown" },
  tasks: { label: "Tasks", what: "to run", trouble: "in trouble" },
  approvals: { label: "Approvals", what: "for a person", trouble: "overdue" },
  channels: { label: "Messages", what: "to be sent over channels", trouble: "given up" },
  webhooks: { label: "Webhooks", what: "to be delivered", trouble: "given up" },
}

export const queueOf = ({ name }: Queue) => QUEUES[name] ?? { label: words(name), what: "", trouble: "in trouble" }

/** Living processes on each machine; empty where the reader may not know where they run. */
export function machinesOf(processes: Process[]): string[] {
  return [...new Set(processes.filter(({ alive }) => alive).map(({ host }) => host))].filter((host) => host !== null)
}

/** The versions that run now: more than one while an upgrade is under way. */
export const versionsOf = (processes: Process[]): string[] =>
  [...new Set(processes.filter(({ alive }) => alive).map(({ version }) => version))].filter(Boolean).toSorted()

/** A leader says to the minute when it last led: so long ago it still counts as leading. */
const LEADING_MILLISECONDS = 150_000

/** The worker that leads: of those that live, the one that did so last. */
export function leaderOf(processes: Process[], now: Date): Process | undefined {
  return processes
    .filter(({ alive, led_at }) => alive && led_at && now.getTime() - Date.parse(led_at) < LEADING_MILLISECONDS)
    .toSorted((one, other) => Date.parse(other.led_at!) - Date.parse(one.led_at!))[0]
}
