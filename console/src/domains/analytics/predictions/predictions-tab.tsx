import type { Schema } from "@/api/client"
import { Loading } from "@/ui/states"

/** What the model was asked, and what became of it. */
export function PredictionsTab(_: { model: Schema["ModelDetail"] }) {
  return <Loading />
}
