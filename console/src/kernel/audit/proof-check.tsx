import { useQuery } from "@tanstack/react-query"
import { BadgeCheck, CircleCheck, CircleHelp, CircleX, LoaderCircle, ShieldAlert } from "lucide-react"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { cn } from "@/ui/cn"
import { toHex } from "./hashing"
import { useTrustedKey } from "./trusted-key"
import { type Proof, type ProofResult, type Step, verifyProof } from "./verify"

/** Whether a proof holds, found out in this browser rather than believed. */
function useProofCheck(proof: Proof | undefined, about: { decisionId?: string; leafId?: string }) {
  const key = useTrustedKey()
  return useQuery({
    queryKey: ["audit-proof-check", about, proof?.leaf.leaf, proof?.checkpoint.signature, key && toHex(key)],
    queryFn: () => verifyProof(proof!, { ...about, key }),
    enabled: proof !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
}

/** What the check found: one sentence, and each step behind it. */
export function ProofCheck({ proof, decisionId, leafId }: { proof: Proof; decisionId?: string; leafId?: string }) {
  const check = useProofCheck(proof, { decisionId, leafId })
  if (check.error) return <Notice tone="warn">{asApiError(check.error).message}</Notice>
  if (!check.data)
    return (
      <Notice icon={<LoaderCircle aria-hidden className="animate-spin" />}>
        <span role="status">Checking in this browser…</span>
      </Notice>
    )
  return (
    <div className="flex flex-col gap-2.5">
      <Outcome result={check.data} />
      <ul aria-label="What was checked" className="flex flex-col gap-1.5 text-[13px]">
        {check.data.steps.map((step) => (
          <StepLine key={step.name} step={step} />
        ))}
      </ul>
    </div>
  )
}

function Outcome({ result }: { result: ProofResult }) {
  if (result.outcome === "holds")
    return (
      <Notice icon={<BadgeCheck aria-hidden />}>
        <span className="font-medium">Verified in this browser.</span> It is in the signed log as it was written.
      </Notice>
    )
  if (result.outcome === "unknown")
    return (
      <Notice tone="warn" icon={<CircleHelp aria-hidden />}>
        <span className="font-medium">The hashes hold; the signature could not be checked here.</span>
      </Notice>
    )
  return (
    <Notice tone="bad" icon={<ShieldAlert aria-hidden />}>
      <span role="alert" className="font-medium">
        The proof does not hold. Do not rely on this record; verify the whole log.
      </span>
    </Notice>
  )
}

const ICONS = { holds: CircleCheck, fails: CircleX, unknown: CircleHelp }
const WORDS = { holds: "Holds", fails: "Fails", unknown: "Not checked" }

function StepLine({ step }: { step: Step }) {
  const Icon = ICONS[step.outcome]
  return (
    <li className={cn("flex items-start gap-2", step.outcome === "fails" && "font-medium text-decline")}>
      <Icon
        aria-hidden
        className={cn("mt-0.5 size-4 shrink-0", step.outcome === "holds" ? "text-accent" : "text-current")}
      />
      <span className="min-w-0">
        <span className="sr-only">{WORDS[step.outcome]}: </span>
        {step.says}
      </span>
    </li>
  )
}
