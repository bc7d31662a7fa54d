import type { Schema } from "@/api/client"
import { Loading } from "@/ui/states"

/** Ask the model about a case. */
export function TryTab(_: { model: Schema["ModelDetail"] }) {
  return <Loading />
}
