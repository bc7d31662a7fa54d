import { useQuery } from "@tanstack/react-query"
import { Clock, EyeOff } from "lucide-react"
import { query } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Fetched } from "@/ui/states"
import { ProofCheck } from "./proof-check"
import { ProofFacts } from "./proof-facts"

const SEALING_MILLISECONDS = 5_000
const FIXED = {
  staleTime: Number.POSITIVE_INFINITY,
  refetchInterval: ({ state }: { state: { error: unknown } }) =>
    isUnsealed(state.error) ? SEALING_MILLISECONDS : false,
} as const

/** That a decision is in the signed log as it was written: checked here, with checkpoint, place and key. */
export function ProofCard({ decisionId }: { decisionId: string }) {
  const proof = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/decisions/{decision_id}/proof",
      { params: { path: { decision_id: decisionId } } },
      FIXED,
    ),
  )
  if (proof.data === undefined && codeOf(proof.error) === "proposal_hidden")
    return (
      <Notice icon={<EyeOff aria-hidden />}>
        A blind case about this decision waits for its answer; the proof is shown afterwards.
      </Notice>
    )
  if (proof.data === undefined && isUnsealed(proof.error)) return <Unsealed />
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

/** The same for any entry of the log. */
export function LeafProof({ leafId }: { leafId: string }) {
  const proof = useQuery(
    query.queryOptions("get", "/api/v1/audit/{leaf_id}/proof", { params: { path: { leaf_id: leafId } } }, FIXED),
  )
  if (proof.data === undefined && isUnsealed(proof.error)) return <Unsealed />
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
