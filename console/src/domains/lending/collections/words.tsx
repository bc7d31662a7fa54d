import {
  BellOff,
  CircleDashed,
  CircleSlash,
  Clock,
  Gavel,
  Handshake,
  HeartHandshake,
  Hourglass,
  Mail,
  MessageSquare,
  PhoneCall,
} from "lucide-react"
import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { Badge, type Tone } from "@/ui/basics"
import type { Step } from "./search"

const STEPS: Record<Step, [ReactNode, string]> = {
  remind: [<MessageSquare key="icon" />, "Reminder"],
  call: [<PhoneCall key="icon" />, "Call"],
  letter: [<Mail key="icon" />, "Arrears notice"],
  offer_hardship: [<HeartHandshake key="icon" />, "Offer of relief"],
  charge_off_proposal: [<Gavel key="icon" />, "Charge-off"],
  wait: [<Clock key="icon" />, "Wait"],
}

export const stepLabel = (step: Step) => STEPS[step][1]
export const stepIcon = (step: Step) => STEPS[step][0]

export const CHANNELS: Record<Schema["Channel"], string> = {
  email: "e-mail",
  sms: "text message",
  app: "app",
  phone: "phone",
  letter: "letter",
  visit: "visit",
}

type Outcome = Schema["ContactOutcome"]

export const OUTCOMES: Record<Outcome, string> = {
  reached: "Spoke with them",
  no_answer: "No answer",
  promised: "Promised to pay",
  disputes: "Disputes the debt",
  hardship: "Asks for relief",
  wrong_number: "Wrong number",
  sent: "Sent",
  done: "Done",
}

/** How a step of a kind can have gone. */
export const outcomesOf = (step: Step): Outcome[] =>
  step === "charge_off_proposal" || step === "wait"
    ? ["done"]
    : step === "remind" || step === "letter"
      ? ["sent", "reached", "promised", "disputes", "hardship"]
      : ["reached", "no_answer", "promised", "disputes", "hardship", "wrong_number"]

const NEXT: Record<Schema["NextStep"], [Tone, ReactNode, string]> = {
  planned: ["accent", <CircleDashed key="icon" />, "To do"],
  asked: ["warn", <Hourglass key="icon" />, "Waits for an answer"],
  promised: ["info", <Handshake key="icon" />, "Promised"],
  relief: ["info", <HeartHandshake key="icon" />, "Relief"],
  no_contact: ["neutral", <BellOff key="icon" />, "No contact"],
  none: ["neutral", <CircleSlash key="icon" />, "Nothing planned"],
}

export const nextLabel = (next: Schema["NextStep"]) => NEXT[next][2]

/** What the queue says is next about a loan, in colour, icon and word. */
export function NextBadge({ next, children }: { next: Schema["NextStep"]; children?: ReactNode }) {
  const [tone, icon, label] = NEXT[next]
  return (
    <Badge tone={tone} icon={icon}>
      {children ?? label}
    </Badge>
  )
}

const COUNTED: Record<Schema["ContactLimit"]["counts"], [string, string]> = {
  calls_7_days: ["calls", "this week"],
  contacts_7_days: ["contacts", "this week"],
  contacts_30_days: ["contacts", "these 30 days"],
}

/** "3 of 7 calls this week": the last seven days of the borrower's calendar, today included. */
export function limitText({ counts, used, most }: Schema["ContactLimit"]): string {
  const [what, when] = COUNTED[counts]
  return `${used} of ${most} ${what} ${when}`
}
