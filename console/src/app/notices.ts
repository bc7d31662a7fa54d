/** Which of the alerts are told of, and how: pure, by a person's choices. */
import type { Schema } from "@/api/client"

type Alert = Pick<Schema["AlertView"], "id" | "kind" | "severity" | "raised_at">
export type Choices = Schema["AlertChoice"][]

export const SEVERITIES = ["low", "medium", "high", "critical"] as const

/** Whether a severity reaches the least one that was chosen; null is never. */
export const reaches = (severity: string, least: string | null): boolean =>
  least !== null && SEVERITIES.indexOf(severity as never) >= SEVERITIES.indexOf(least as never)

/** Alerts that were not there before, each with the ways to tell of it. */
export function toTell<A extends Alert>(
  alerts: A[],
  known: ReadonlySet<string>,
  choices: Choices,
): { toast: A[]; browser: A[] } {
  const fresh = alerts.filter((alert) => !known.has(alert.id))
  const by = (way: "toast" | "browser") =>
    fresh.filter((alert) => {
      const choice = choices.find((each) => each.kind === alert.kind)
      return choice !== undefined && reaches(alert.severity, choice[way])
    })
  return { toast: by("toast"), browser: by("browser") }
}
