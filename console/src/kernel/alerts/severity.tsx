import { CircleAlert, Info, OctagonAlert, TriangleAlert } from "lucide-react"
import type { Schema } from "@/api/client"
import { Badge, type Tone } from "@/ui/basics"

type Level = Schema["AlertView"]["severity"]

const LEVELS: Record<Level, { label: string; tone: Tone; icon: typeof Info }> = {
  critical: { label: "Critical", tone: "bad", icon: OctagonAlert },
  high: { label: "High", tone: "warn", icon: TriangleAlert },
  medium: { label: "Medium", tone: "info", icon: CircleAlert },
  low: { label: "Low", tone: "neutral", icon: Info },
}

export const severityLabel = (level: Level) => LEVELS[level].label

/** How bad it is: a word and its own icon, so that colour never stands alone. */
export function Severity({ level, className }: { level: Level; className?: string }) {
  const { label, tone, icon: Icon } = LEVELS[level]
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />} className={className}>
      {label}
    </Badge>
  )
}
