import { ShieldAlert, ShieldCheck, ShieldHalf } from "lucide-react"
import { Badge, type Tone } from "@/ui/basics"
import type { Approval } from "./queries"

type RiskWord = Approval["risk"]

const LOOKS = {
  low: { word: "Low risk", icon: ShieldCheck, tone: "neutral" },
  medium: { word: "Medium risk", icon: ShieldHalf, tone: "info" },
  high: { word: "High risk", icon: ShieldAlert, tone: "warn" },
} as const satisfies Record<RiskWord, { word: string; icon: typeof ShieldCheck; tone: Tone }>

export const riskWord = (risk: RiskWord) => LOOKS[risk].word

/** How much is at stake, as a word with its own icon. */
export function Risk({ risk }: { risk: RiskWord }) {
  const { word, icon: Icon, tone } = LOOKS[risk]
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {word}
    </Badge>
  )
}
