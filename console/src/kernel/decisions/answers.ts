import type { Schema } from "@/api/client"

type Entry = Schema["TimelineEntry"]

/** The decisions that answered this one, as its timeline tells. */
export const followers = (entries: Entry[] | undefined, decisionId: string): string[] => [
  ...new Set(
    (entries ?? [])
      .map((entry) => entry.refers_to)
      .filter((about) => about?.type === "decision" && about.id !== decisionId)
      .map((about) => about!.id),
  ),
]
