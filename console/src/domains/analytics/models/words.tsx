/** Words and signs for kinds, states and algorithms of models. */
import { CircleAlert, CircleCheck, CircleDashed, LoaderCircle } from "lucide-react"
import { Badge, type Tone } from "@/ui/basics"
import { words } from "@/ui/format"
import type { ModelState, ModelType } from "./search"

const TYPE_WORDS: Record<ModelType, { word: string; does: string }> = {
  classification: { word: "Classification", does: "Tells which class a case belongs to, and how probable that is." },
  regression: { word: "Regression", does: "Tells a number, with a range that holds it." },
  forecasting: { word: "Forecasting", does: "Tells how a figure goes on over time." },
  clustering: { word: "Clustering", does: "Finds groups of like cases; needs no target." },
  anomaly: { word: "Anomaly detection", does: "Tells how unusual a case is; needs no target." },
}

export const typeWord = (type: ModelType) => TYPE_WORDS[type].word
export const typeDoes = (type: ModelType) => TYPE_WORDS[type].does

const ALGORITHM_WORDS: Record<string, string> = {
  auto: "Automatic choice",
  additive: "Additive curves (glass box)",
  k_means: "k-means",
  lstm: "LSTM",
}
export const algorithmWord = (name: string) => ALGORITHM_WORDS[name] ?? words(name)

const STATE_WORDS: Record<ModelState, { word: string; tone: Tone; icon: typeof CircleCheck }> = {
  draft: { word: "Never trained", tone: "neutral", icon: CircleDashed },
  training: { word: "Training", tone: "info", icon: LoaderCircle },
  ready: { word: "Ready", tone: "accent", icon: CircleCheck },
  failed: { word: "Training failed", tone: "bad", icon: CircleAlert },
}
export const stateWord = (state: ModelState) => STATE_WORDS[state].word

/** Where a model stands: a word with its own icon. */
export function ModelStateBadge({ state }: { state: ModelState }) {
  const { word, tone, icon: Icon } = STATE_WORDS[state]
  return (
    <Badge tone={tone} icon={<Icon aria-hidden className={state === "training" ? "animate-spin" : undefined} />}>
      {word}
    </Badge>
  )
}
