import { useQuery } from "@tanstack/react-query"
import { KeyRound } from "lucide-react"
import type { Schema } from "@/api/client"
import { Copy, Facts } from "@/ui/basics"
import { count } from "@/ui/format"
import { When } from "@/ui/when"
import { fingerprint, fromHex, KEY_BYTES } from "./hashing"
import { useTrustedKey } from "./trusted-key"

/** SHA-256 of a public key (given as hexadecimal), computed here. */
export const useFingerprint = (raw: string | undefined) =>
  useQuery({
    queryKey: ["audit-fingerprint", raw],
    queryFn: async () => {
      const key = fromHex(raw, KEY_BYTES)
      return key && fingerprint(key)
    },
    enabled: raw !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  }).data

/** Where the entry stands, which checkpoint covers it, and whose key signed that. */
export function ProofFacts({ proof }: { proof: Schema["ProofView"] }) {
  const own = useTrustedKey()
  const digits = useFingerprint(proof.public_key.raw)
  return (
    <div className="flex flex-col gap-3">
      <Facts
        items={[
          ["Checkpoint", <span key="number">{count(proof.checkpoint.number)}</span>],
          ["Place in the log", `${count(proof.index + 1)} of ${count(proof.size)}`],
          ["Sealed", <When key="sealed" at={proof.checkpoint.created_at} clock="system" />],
          ["Compared with", own ? "the key you keep" : "the server's own key"],
        ]}
      />
      <dl className="flex flex-col gap-1 text-xs">
        <Hash name="Leaf" value={proof.leaf.leaf} />
        <Hash name="Root" value={proof.root} />
        <Hash name="Signature" value={proof.checkpoint.signature} />
        {digits && <Hash name="Key" value={digits} icon />}
      </dl>
    </div>
  )
}

const Hash = ({ name, value, icon }: { name: string; value: string; icon?: boolean }) => (
  <div className="flex min-w-0 items-center gap-2">
    <dt className="flex w-20 shrink-0 items-center gap-1 text-ink-3">
      {icon && <KeyRound aria-hidden className="size-3.5" />}
      {icon ? "Key print" : name}
    </dt>
    <dd className="min-w-0">
      <Copy text={value} label={`Copy ${icon ? "fingerprint of the key" : name.toLowerCase()}`} />
    </dd>
  </div>
)
