import type { Model } from "./queries"

/** What a person can do with a model. */
export function ModelActions(_: { model: Model }) {
  return null
}
