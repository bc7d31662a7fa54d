import type { Schema } from "@/api/client"

/** Whether the proof holds, found out in this browser. */
export function ProofCheck(_: { decisionId: string; proof: Schema["DecisionProof"] }) {
  return null
}
