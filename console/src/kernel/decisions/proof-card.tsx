import { useQuery } from "@tanstack/react-query"
import { Clock } from "lucide-react"
import { query } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Copy, Facts, Notice } from "@/ui/basics"
import { count } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { Hidden } from "./hidden"
import { ProofCheck } from "./proof-check"
import { isHidden } from "./queries"

const SEALING_MILLISECONDS = 15_000

/** That this decision is in the signed log as it was written, checked here rather than believed. */
export function ProofCard({ decisionId }: { decisionId: string }) {
  const proof = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/decisions/{decision_id}/proof",
      { params: { path: { decision_id: decisionId } } },
      {
        staleTime: Number.POSITIVE_INFINITY,
        refetchInterval: ({ state }) => (isUnsealed(state.error) ? SEALING_MILLISECONDS : false),
      },
    ),
  )
  if (isHidden(proof.error)) return <Hidden />
  if (proof.data === undefined && isUnsealed(proof.error))
    return (
      <Notice icon={<Clock aria-hidden />}>
        The log is sealed once a minute; the proof of this decision appears here by itself.
      </Notice>
    )
  return (
    <Fetched query={proof} rows={3}>
      {(data) => (
        <div className="flex flex-col gap-3">
          <ProofCheck decisionId={decisionId} proof={data} />
          <Facts
            items={[
              ["Place in the log", `${count(data.index + 1)} of ${count(data.size)}`],
              ["Checkpoint", `${data.checkpoint.number}, ${data.path.length} hashes up`],
              ["Sealed", <When key="sealed" at={data.checkpoint.created_at} clock="system" />],
              [
                "Signed with",
                <span key="key" className="mono break-all">
                  {data.public_key.id}
                </span>,
              ],
            ]}
          />
          <dl className="flex flex-col gap-1 text-xs">
            {(
              [
                ["Leaf", data.leaf.leaf],
                ["Root", data.root],
                ["Signature", data.checkpoint.signature],
              ] as const
            ).map(([name, value]) => (
              <div key={name} className="flex min-w-0 items-center gap-2">
                <dt className="w-16 shrink-0 text-ink-3">{name}</dt>
                <dd className="min-w-0">
                  <Copy text={value} label={`Copy ${name.toLowerCase()}`} />
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </Fetched>
  )
}

const isUnsealed = (error: unknown) => error !== null && asApiError(error).code === "audit_leaf_not_sealed"
