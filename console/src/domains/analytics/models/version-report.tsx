/** One version with all that was measured of it: its card. */
import type { Model } from "./queries"
export function VersionReport(_: { model: Model; number: number }) {
  return null
}
