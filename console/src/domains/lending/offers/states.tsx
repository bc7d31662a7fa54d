import {
  Ban,
  Banknote,
  CircleCheck,
  CircleDashed,
  CircleX,
  Clock,
  Hand,
  Handshake,
  Inbox,
  LoaderCircle,
  Send,
  ThumbsDown,
} from "lucide-react"
import type { ReactNode } from "react"
import { Badge, type Tone } from "@/ui/basics"
import type { Condition, Offer, Tranche } from "./queries"

type Look = [Tone, ReactNode, string]

const OFFERS: Record<Offer["state"], Look> = {
  proposed: ["warn", <Hand key="icon" />, "Being decided"],
  made: ["info", <Send key="icon" />, "Made"],
  accepted: ["good", <Handshake key="icon" />, "Accepted"],
  declined: ["neutral", <ThumbsDown key="icon" />, "Declined"],
  expired: ["neutral", <Clock key="icon" />, "Expired"],
  withdrawn: ["neutral", <Ban key="icon" />, "Withdrawn"],
}
const CONDITIONS: Record<Condition["state"], Look> = {
  pending: ["warn", <CircleDashed key="icon" />, "Pending"],
  received: ["info", <Inbox key="icon" />, "Received"],
  approved: ["good", <CircleCheck key="icon" />, "Met"],
  waived: ["neutral", <Ban key="icon" />, "Waived"],
}
const TRANCHES: Record<Tranche["state"], Look> = {
  planned: ["info", <Clock key="icon" />, "Planned"],
  asked: ["warn", <Hand key="icon" />, "People are asked"],
  paying: ["info", <LoaderCircle key="icon" />, "On its way"],
  paid: ["good", <Banknote key="icon" />, "Paid"],
  failed: ["bad", <CircleX key="icon" />, "Failed"],
  cancelled: ["neutral", <Ban key="icon" />, "Cancelled"],
}

const shown = ([tone, icon, label]: Look) => (
  <Badge tone={tone} icon={icon}>
    {label}
  </Badge>
)

/** Where an offer stands; one that was made and whose time is over has expired. */
export const OfferState = ({ offer }: { offer: Offer }) =>
  shown(OFFERS[offer.is_expired && offer.state === "made" ? "expired" : offer.state])
export const ConditionState = ({ state }: { state: Condition["state"] }) => shown(CONDITIONS[state])
export const conditionLabel = (state: Condition["state"]) => CONDITIONS[state][2]
export const TrancheState = ({ state }: { state: Tranche["state"] }) => shown(TRANCHES[state])
