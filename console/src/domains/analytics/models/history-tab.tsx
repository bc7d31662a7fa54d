import type { Schema } from "@/api/client"
import { Loading } from "@/ui/states"

/** What was deployed, by whom and why. */
export function HistoryTab(_: { model: Schema["ModelDetail"] }) {
  return <Loading />
}
