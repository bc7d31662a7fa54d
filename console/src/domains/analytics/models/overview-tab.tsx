import type { Schema } from "@/api/client"
import { Loading } from "@/ui/states"

/** What the model is and what answers for it. */
export function OverviewTab(_: { model: Schema["ModelDetail"] }) {
  return <Loading />
}
