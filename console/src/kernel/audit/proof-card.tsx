import { useQuery } from "@tanstack/react-query"
import { Clock, EyeOff } from "lucide-react"
import { useEffect, useState } from "react"
import { query } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Fetched } from "@/ui/states"
import { ProofCheck } from "./proof-check"
import { ProofFacts } from "./proof-facts"

export const SEALING_MILLISECONDS = 5_000
/** Checkpoints are signed every twenty seconds; to ask sooner would only be refused. */
const SEALED_AFTER_MILLISECONDS = 25_000

/** When a record was made: its id (UUID version 7) begins with the milliseconds since 1970. */
const madeAt = (id: string) => Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)

/** Whether a record is old enough to be sealed; becomes true by itself. */
function useSealed(id: string): boolean {
  const [sealed, setSealed] = useState(() => Date.now() - madeAt(id) >= SEALED_AFTER_MILLISECONDS)
  useEffect(() => {
    const left = madeAt(id) + SEALED_AFTER_MILLISECONDS - Date.now()
    // No more than the whole wait, should the clocks of server and browser differ.
    const timer = setTimeout(() => setSealed(true), Math.min(Math.max(0, left), SEALED_AFTER_MILLISECONDS))
    return () => clearTimeout(timer)
  }, [id])
  return sealed
}

const FIXED = {
  staleTime: Number.POSITIVE_INFINITY,
  refetchInterval: ({ state }: { state: { error: unknown } }) =>
    isUnsealed(state.error) ? SEALING_MILLISECONDS : false,
} as const

/** That a decision is in the signed log as it was written: checked here, with checkpoint, place and key. */
export function ProofCard({ decisionId }: { decisionId: string }) {
  const sealed = useSealed(decisionId)
  const proof = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/decisions/{decision_id}/proof",
      { params: { path: { decision_id: decisionId } } },
      { ...FIXED, enabled: sealed },
    ),
  )
  if (proof.data === undefined && codeOf(proof.error) === "proposal_hidden")
    return (
      <Notice icon={<EyeOff aria-hidden />}>
        A blind case about this decision waits for its answer; the proof is shown afterwards.
      </Notice>
    )
  if (proof.data === undefined && (!sealed || isUnsealed(proof.error))) return <Unsealed />
  return (
    <Fetched query={proof} rows={3}>
      {(data) => (
        <div className="flex flex-col gap-4">
          <ProofCheck proof={data} decisionId={decisionId} />
          <ProofFacts proof={data} />
        </div>
      )}
    </Fetched>
  )
}

/** The same for any entry of the log, once it is known to be sealed. */
export function LeafProof({ leafId, sealed }: { leafId: string; sealed: boolean }) {
  const proof = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/audit/{leaf_id}/proof",
      { params: { path: { leaf_id: leafId } } },
      { ...FIXED, enabled: sealed },
    ),
  )
  if (proof.data === undefined && (!sealed || isUnsealed(proof.error))) return <Unsealed />
  return (
    <Fetched query={proof} rows={3}>
      {(data) => (
        <div className="flex flex-col gap-4">
          <ProofCheck proof={data} leafId={leafId} />
          <ProofFacts proof={data} />
        </div>
      )}
    </Fetched>
  )
}

const Unsealed = () => (
  <Notice icon={<Clock aria-hidden />}>
    <span role="status">Not sealed yet: the next signed checkpoint comes within a minute, and the proof with it.</span>
  </Notice>
)

const codeOf = (error: unknown) => (error ? asApiError(error).code : null)
const isUnsealed = (error: unknown) => codeOf(error) === "audit_leaf_not_sealed"
