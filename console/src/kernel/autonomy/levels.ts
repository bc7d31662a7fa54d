/** The levels of autonomy in words, from the least to the most. */
import type { Schema } from "@/api/client"

export type Level = Schema["Level"]
export const LEVELS: Level[] = ["stopped", "manual", "observe", "assisted", "supervised", "full"]

export const LEVEL_WORDS: Record<Level, { label: string; what: string; holds: string }> = {
  stopped: {
    label: "Stopped",
    what: "Refuses everything.",
    holds: "Everything it is asked is refused until somebody puts it on another level.",
  },
  manual: {
    label: "Manual",
    what: "A person decides everything.",
    holds: "Every case goes to a person; nothing happens by itself.",
  },
  observe: {
    label: "Observe",
    what: "Notes what it would do, and does nothing.",
    holds: "It records what it would have done; nothing happens, and nobody is asked.",
  },
  assisted: {
    label: "Assisted",
    what: "Proposes; a person approves each action.",
    holds: "Every action waits for a person, who sees what it proposes.",
  },
  supervised: {
    label: "Supervised",
    what: "Acts within the policy; people check a share first.",
    holds:
      "It acts by itself within the policy; of what it would do, people check the larger share that the policy names.",
  },
  full: {
    label: "Full",
    what: "Acts within the policy by itself.",
    holds: "It acts by itself within the policy; people are asked where the policy says so.",
  },
}

/** Whether the level lets a component act by itself. */
export const acts = (level: Level) => level === "supervised" || level === "full"

/** What follows when a component goes from one level to another. */
export function consequences(from: Level, to: Level): string[] {
  const lines = [LEVEL_WORDS[to].holds]
  if (acts(to) && !acts(from))
    lines.push("From the next decision on it moves real money and tells real people, unasked.")
  if (!acts(to) && acts(from))
    lines.push("What it has decided already is still carried out; to take that back, undo the effects.")
  lines.push("Questions that are open stay open.")
  return lines
}
