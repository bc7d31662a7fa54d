import type { Schema } from "@/api/client"
import { Loading } from "@/ui/states"

/** How the model does over time. */
export function MonitoringTab(_: { model: Schema["ModelDetail"] }) {
  return <Loading />
}
