import { Ban, Banknote, CircleCheck, CircleX, Clock, Hand, Hourglass, Pencil, Send } from "lucide-react"
import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { Badge, type Tone } from "@/ui/basics"

export type State = Schema["ApplicationState"]

const STATES: Record<State, [Tone, ReactNode, string]> = {
  draft: ["neutral", <Pencil key="icon" />, "Draft"],
  submitted: ["info", <Send key="icon" />, "Submitted"],
  under_review: ["warn", <Hand key="icon" />, "Under review"],
  referred: ["warn", <Hourglass key="icon" />, "Referred"],
  approved: ["good", <CircleCheck key="icon" />, "Approved"],
  disbursed: ["good", <Banknote key="icon" />, "Disbursed"],
  rejected: ["bad", <CircleX key="icon" />, "Rejected"],
  withdrawn: ["neutral", <Ban key="icon" />, "Withdrawn"],
  expired: ["neutral", <Clock key="icon" />, "Expired"],
}

export const stateLabel = (state: State) => STATES[state][2]

/** Whether an application may still be decided. */
export const isOpen = (state: State) => state === "submitted" || state === "under_review" || state === "referred"

/** Whether the applicant may still take it back. */
export const isWithdrawable = (state: State) => isOpen(state) || state === "approved" || state === "draft"

/** Where an application stands, in colour, icon and word. */
export function ApplicationState({ state }: { state: State }) {
  const [tone, icon, label] = STATES[state]
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  )
}
