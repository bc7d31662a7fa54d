import type { Schema } from "@/api/client"
import { Loading } from "@/ui/states"

/** What was trained. */
export function VersionsTab(_: { model: Schema["ModelDetail"] }) {
  return <Loading />
}
