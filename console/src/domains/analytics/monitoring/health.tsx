import { CircleAlert, CircleCheck, CircleDashed, Eye } from "lucide-react"
import { Badge, type Tone } from "@/ui/basics"
import type { Health } from "./queries"

const HEALTH: Record<Health, { word: string; tone: Tone; icon: typeof Eye }> = {
  good: { word: "Does well", tone: "accent", icon: CircleCheck },
  watch: { word: "Keep an eye on it", tone: "warn", icon: Eye },
  attention: { word: "Wants attention", tone: "bad", icon: CircleAlert },
  unknown: { word: "Not known yet", tone: "neutral", icon: CircleDashed },
}

/** How a model does, in a word with its own sign. */
export function HealthBadge({ health }: { health: Health }) {
  const { word, tone, icon: Icon } = HEALTH[health]
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {word}
    </Badge>
  )
}
