/** Words and signs for anomalies. */
import { BellOff, CircleCheck, CircleDot, CircleX, UserRound } from "lucide-react"
import { Badge, type Tone } from "@/ui/basics"
import { duration, money } from "@/ui/format"
import type { Anomaly, AnomalyState } from "./search"

type Impact = NonNullable<Anomaly["impact"]>

export const STANDING_WORDS = {
  open: "Open",
  muted: "Muted",
  resolved: "Resolved",
  dismissed: "Dismissed",
  all: "All",
} as const

const STATES: Record<AnomalyState, { word: string; tone: Tone; icon: typeof CircleDot }> = {
  open: { word: "Open", tone: "neutral", icon: CircleDot },
  assigned: { word: "Assigned", tone: "info", icon: UserRound },
  muted: { word: "Muted", tone: "neutral", icon: BellOff },
  resolved: { word: "Resolved", tone: "accent", icon: CircleCheck },
  dismissed: { word: "Dismissed", tone: "neutral", icon: CircleX },
}
export const stateWord = (state: AnomalyState) => STATES[state].word

/** Where an anomaly stands. */
export function StateBadge({ state }: { state: AnomalyState }) {
  const { word, tone, icon: Icon } = STATES[state]
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {word}
    </Badge>
  )
}

export const isOpen = (state: AnomalyState) => state === "open" || state === "assigned"
export const hasEnded = (state: AnomalyState) => state === "resolved" || state === "dismissed"

const PLAIN = /^[\p{L} ]+$/u

/** "Orders lower than expected"; a technical name stays as it is written. */
export const titleOf = ({ name, direction }: Pick<Anomaly, "name" | "direction">) =>
  `${PLAIN.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name} ${direction === "up" ? "higher" : "lower"} than expected`

const SIGNIFICANT = 3
const SHARE_DIGITS = 1
const WHOLE_FROM = 100

/** A value in the unit of its figure. */
export function inUnit(value: number, unit: string, currency: string): string {
  if (unit === "money") return money(Math.abs(value) >= WHOLE_FROM ? Math.round(value) : value.toFixed(2), currency)
  if (unit === "share")
    return value.toLocaleString(undefined, { style: "percent", maximumFractionDigits: SHARE_DIGITS })
  if (unit === "seconds" && value >= 1) return duration(value)
  return plainNumber(value)
}

const plainNumber = (value: number) =>
  Math.abs(value) >= WHOLE_FROM
    ? value.toLocaleString(undefined, { maximumFractionDigits: 0 })
    : value.toLocaleString(undefined, { maximumSignificantDigits: SIGNIFICANT })

const BARE = ["count", "money", "share", "seconds"]

/** The unit's name after a number, where the number does not say it by itself. */
export const unitWord = (unit: string) => (BARE.includes(unit) || unit === "" ? "" : unit)

/** "Cost about $24,769" or "Brought in about $1,983". */
export const impactWord = ({ amount, currency }: Impact) =>
  `${Number(amount) < 0 ? "Cost" : "Brought in"} about ${rounded(Math.abs(Number(amount)), currency)}`

/** "$12,778 to $36,759", both as what it cost where it cost something. */
export function impactRange({ amount, lower, upper, currency }: Impact): string {
  const sign = Number(amount) < 0 ? -1 : 1
  const ends = [Number(lower) * sign, Number(upper) * sign].sort((a, b) => a - b)
  return ends.map((each) => rounded(each, currency)).join(" to ")
}

export const rounded = (amount: number, currency: string) =>
  money(Math.abs(amount) >= WHOLE_FROM ? Math.round(amount) : amount.toFixed(2), currency || "USD")

const BUCKETS = { point: "point by point", hour: "by the hour", day: "by the day" } as const
export const bucketWord = (bucket: Anomaly["bucket"]) => BUCKETS[bucket]

const DIRECTIONS = { up: "Only higher", down: "Only lower", both: "Higher and lower" } as const
export const directionWord = (direction: keyof typeof DIRECTIONS) => DIRECTIONS[direction]

/** How much a detector speaks up, in a word. */
export const sensitivityWord = (value: number) =>
  value < 0.2
    ? "few alarms"
    : value < 0.4
      ? "fewer alarms"
      : value <= 0.6
        ? "usual"
        : value <= 0.8
          ? "more"
          : "many alarms"
