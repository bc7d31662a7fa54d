/** A schedule's rule in words. */

const UNITS: [singular: string, seconds: number][] = [
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
]

/** "Every 60 days", "Every day at 06:00"; a rule that is not known is shown as it stands. */
export function ruleWords(rule: Record<string, unknown>): string {
  const { every_seconds: seconds, daily_at: time } = rule
  if (typeof time === "string") return `Every day at ${time}`
  if (typeof seconds !== "number" || seconds < 1) return JSON.stringify(rule)
  const [unit, length] = UNITS.find(([, each]) => seconds % each === 0)!
  const many = seconds / length
  return many === 1 ? `Every ${unit}` : `Every ${many.toLocaleString()} ${unit}s`
}
