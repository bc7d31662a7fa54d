import type { Schema } from "@/api/client"

export type Configuration = Schema["Configuration"]
export type Key = keyof Configuration
/** What was typed, before it is known to be a value. */
export type Draft = Partial<Record<Key, string | boolean>>

interface KeyWording {
  key: Key
  label: string
  /** What it does, and from when on. */
  meaning: string
  type: "flag" | "share" | "whole" | "time"
  unit?: string
  bounds?: string
  /** Kept for later: nothing acts on it yet. */
  unread?: true
}

/** The keys of the controller's configuration in the order in which one reads them. */
export const KEYS: KeyWording[] = [
  {
    key: "autonomous_mode",
    label: "Autonomous mode",
    meaning: "The one switch under another name: off stops the business, on starts it.",
    type: "flag",
  },
  {
    key: "admin_intervention_threshold",
    label: "Intervention threshold",
    meaning:
      "Below this confidence a person is asked and an alert is raised. Of it and the policy's own the higher counts. From the next decision on.",
    type: "share",
    unit: "confidence",
    bounds: "0 to 1",
  },
  {
    key: "auto_retry_failed_tasks",
    label: "Try again by itself",
    meaning: "Off: nothing is tried again by itself; what failed waits for a person.",
    type: "flag",
  },
  {
    key: "max_retry_attempts",
    label: "Attempts after a failure",
    meaning:
      "How often an effect outside, or a step of a task, is tried again when a part does not answer. Effects from their next attempt on, tasks from their next start on.",
    type: "whole",
    unit: "attempts",
    bounds: "0 to 100",
  },
  {
    key: "max_concurrent_tasks",
    label: "Tasks at once",
    meaning:
      "How many of the organisation's tasks run at once. Workers run at most ten, so a higher number changes nothing today.",
    type: "whole",
    unit: "tasks",
    bounds: "1 to 1,000",
  },
  {
    key: "task_execution_interval",
    label: "Between rounds of tasks",
    meaning: "For the daily operations, which are still to come.",
    type: "whole",
    unit: "seconds",
    bounds: "1 to 86,400",
    unread: true,
  },
  {
    key: "metrics_collection_interval",
    label: "Between collections of figures",
    meaning: "For the daily operations, which are still to come.",
    type: "whole",
    unit: "seconds",
    bounds: "1 to 86,400",
    unread: true,
  },
  {
    key: "daily_operations_time",
    label: "Time of daily operations",
    meaning: "In the organisation's time zone; for the daily operations, which are still to come.",
    type: "time",
    bounds: "HH:MM",
    unread: true,
  },
]

export const wordingOf = (key: string) => KEYS.find((each) => each.key === key)

/** What was typed as the value it stands for; null where it is none. */
function parseTyped(key: Key, typed: string | boolean): boolean | number | string | null {
  const { type } = wordingOf(key)!
  if (typeof typed === "boolean") return type === "flag" ? typed : null
  if (type === "flag") return null
  const text = typed.trim()
  if (type === "time") return text || null
  const number = Number(text)
  return text === "" || !Number.isFinite(number) ? null : number
}

export interface Changes {
  changes: Partial<Record<Key, boolean | number | string>>
  /** Keys whose text is no value at all. */
  wrong: Key[]
}

/** What a draft would change of `base`. */
export function changesOf(base: Configuration, draft: Draft): Changes {
  const result: Changes = { changes: {}, wrong: [] }
  for (const { key } of KEYS) {
    const typed = draft[key]
    if (typed === undefined) continue
    const value = parseTyped(key, typed)
    if (value === null) result.wrong.push(key)
    else if (value !== base[key]) result.changes[key] = value
  }
  return result
}

/** A value of a key in words. */
export function shown(key: string, value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off"
  if (typeof value !== "number") return String(value)
  const unit = wordingOf(key)?.unit
  return unit && unit !== "confidence" ? `${value.toLocaleString()} ${unit}` : value.toLocaleString()
}
