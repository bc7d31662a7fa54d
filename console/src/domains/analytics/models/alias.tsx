import { Crown, Ghost, Swords } from "lucide-react"
import type { Schema } from "@/api/client"
import { Badge, type Tone } from "@/ui/basics"
import { percent } from "@/ui/format"

export type AliasName = Schema["ModelAlias"]["alias"]

const ALIASES: Record<AliasName, { word: string; does: string; tone: Tone; icon: typeof Crown }> = {
  champion: { word: "Champion", does: "answers", tone: "accent", icon: Crown },
  challenger: { word: "Challenger", does: "answers a share of the cases", tone: "info", icon: Swords },
  shadow: { word: "Shadow", does: "answers in silence, to be compared", tone: "neutral", icon: Ghost },
}
export const ALIAS_NAMES = Object.keys(ALIASES) as AliasName[]
export const aliasWord = (alias: AliasName) => ALIASES[alias].word

/** What a version stands under. */
export function AliasBadge({ alias, share }: { alias: AliasName; share?: number | null }) {
  const { word, tone, icon: Icon } = ALIASES[alias]
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {word}
      {share !== null && share !== undefined && alias !== "champion" && ` ${percent(share)}`}
    </Badge>
  )
}

/** What a version under this alias does, in words. */
export const aliasDoes = (alias: AliasName, share: number) =>
  ({
    champion: share < 1 ? `answers ${percent(share)} of the cases` : "answers every case",
    challenger: `answers ${percent(share)} of the cases`,
    shadow: `answers ${percent(share)} of the cases in silence, to be compared`,
  })[alias]
