/** A rule of notification as sentences that anybody reads. */
import { words } from "@/ui/format"
import type { Rule } from "./queries"

export type RuleBody = Pick<
  Rule,
  "kinds" | "severities" | "components" | "causes" | "steps" | "quiet" | "group_seconds" | "tell_when_over"
>

export const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const
const WEEKDAYS = "0,1,2,3,4"
const WEEKEND = "5,6"

/** "a, b and c" */
export const listed = (parts: string[], last = "and"): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} ${last} ${parts.at(-1)}`

const minutes = (count: number): string =>
  count % 60 === 0 && count >= 60 ? (count === 60 ? "an hour" : `${count / 60} hours`) : `${count} min`

/** Which alerts: "High or critical alerts of the kind security whose cause begins with effects." */
export function whichAlerts({ severities, kinds, components, causes }: RuleBody): string {
  const which =
    severities.length > 0 && severities.length < 4 ? `${words(listed(severities, "or"))} alerts` : "All alerts"
  return [
    which,
    kinds.length > 0 && kinds.length < 4 ? ` of the kind ${listed(kinds, "or")}` : "",
    components.length > 0 ? ` of ${listed(components, "or")}` : "",
    causes.length > 0
      ? ` whose cause begins with ${listed(
          causes.map((cause) => `“${cause}”`),
          "or",
        )}`
      : "",
  ].join("")
}

/** Who is told, in order: "to Team at once, then to Pager after 15 min if nobody has acknowledged". */
export function toWhom({ steps }: RuleBody, names: Record<string, string>): string {
  if (steps.length === 0) return "to nobody yet"
  return steps
    .map(({ after_minutes: after = 0, channel_ids: ids }, at) => {
      const who = listed(ids.map((id) => names[id] ?? "a removed channel"))
      const when = after === 0 ? "at once" : `after ${minutes(after)}`
      return at === 0
        ? `to ${who} ${when}${after > 0 ? " if nobody has acknowledged" : ""}`
        : `then to ${who} ${when} if nobody has acknowledged`
    })
    .join(", ")
}

/** When nobody is disturbed; empty where there is no quiet. */
export function quietly({ quiet }: RuleBody, organizationZone: string): string {
  if (!quiet) return ""
  const days = [...(quiet.days ?? [])].sort().join(",")
  const on =
    days === "0,1,2,3,4,5,6" || days === ""
      ? ""
      : days === WEEKDAYS
        ? " on weekdays"
        : days === WEEKEND
          ? " at weekends"
          : ` on ${listed(days.split(",").map((day) => DAYS[Number(day)] ?? day))}`
  const zone = quiet.time_zone ?? organizationZone
  return `Quiet from ${quiet.start.slice(0, 5)} to ${quiet.end.slice(0, 5)}${on} (${zone.replaceAll("_", " ")}): messages wait and come as one at the end${
    quiet.hold_critical ? ", critical ones too" : ", but critical ones come at once"
  }.`
}

/** The whole rule. */
export function sentences(rule: RuleBody, names: Record<string, string>, organizationZone: string): string[] {
  return [
    `${whichAlerts(rule)} go ${toWhom(rule, names)}.`,
    quietly(rule, organizationZone),
    rule.group_seconds > 0 ? `What comes within ${seconds(rule.group_seconds)} goes in one message.` : "",
    rule.tell_when_over ? "" : "People are not told when an alert is over.",
  ].filter(Boolean)
}

const seconds = (count: number) => (count % 60 === 0 ? (count === 60 ? "a minute" : `${count / 60} min`) : `${count} s`)
