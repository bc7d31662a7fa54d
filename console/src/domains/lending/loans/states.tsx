import {
  Ban,
  Banknote,
  BookX,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleX,
  Clock,
  PiggyBank,
} from "lucide-react"
import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { Badge, type Tone } from "@/ui/basics"
import { count } from "@/ui/format"

type State = Schema["LoanState"]
type Status = Schema["InstalmentView"]["status"]

const STATES: Record<State, [Tone, ReactNode, string]> = {
  approved: ["info", <Clock key="icon" />, "Not paid out"],
  active: ["accent", <Banknote key="icon" />, "Active"],
  overpaid: ["warn", <PiggyBank key="icon" />, "Overpaid"],
  closed: ["good", <CircleCheck key="icon" />, "Closed"],
  charged_off: ["bad", <BookX key="icon" />, "Charged off"],
  written_off: ["bad", <CircleX key="icon" />, "Written off"],
  cancelled: ["neutral", <Ban key="icon" />, "Cancelled"],
}

export const loanStateLabel = (state: State) => STATES[state][2]

/** Where a loan stands, in colour, icon and word. */
export function LoanState({ state }: { state: State }) {
  const [tone, icon, label] = STATES[state]
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  )
}

const BAD_FROM_DAYS = 30

/** How late a loan is; nothing where it is not. */
export function DaysPastDue({ days }: { days: number }) {
  if (days <= 0) return <span className="text-ink-3">–</span>
  return (
    <Badge tone={days < BAD_FROM_DAYS ? "warn" : "bad"} icon={<CircleAlert />} className="num">
      {count(days)} {days === 1 ? "day" : "days"} late
    </Badge>
  )
}

const STATUSES: Record<Status, [string, ReactNode, string]> = {
  paid: ["text-approve", <CircleCheck key="icon" />, "Paid"],
  partly_paid: ["text-review", <CircleDot key="icon" />, "Partly paid"],
  overdue: ["text-decline", <CircleAlert key="icon" />, "Overdue"],
  due: ["text-review", <Clock key="icon" />, "Due today"],
  upcoming: ["text-ink-3", <CircleDashed key="icon" />, "Upcoming"],
}

/** What has become of an instalment, in icon and word. */
export function InstalmentStatus({ status }: { status: Status }) {
  const [colour, icon, label] = STATUSES[status]
  return (
    <span className={`inline-flex items-center gap-1 whitespace-nowrap [&_svg]:size-3.5 ${colour}`}>
      {icon}
      {label}
    </span>
  )
}

export const statusLabel = (status: Status) => STATUSES[status][2]

/** Buckets of days past due by their lower bounds. */
const BUCKET_STARTS = [1, 30, 60, 90, 120, 150, 180, 210, 240]

export function bucketLabel(value: string): string {
  const low = Number(value)
  if (low <= 0) return "Nothing late"
  const at = BUCKET_STARTS.indexOf(low)
  const next = BUCKET_STARTS[at + 1]
  return at < 0 || next === undefined ? `${low} days and more` : `${low} to ${next - 1} days`
}
