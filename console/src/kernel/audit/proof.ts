/** Checks that a leaf is in the signed log, with nothing but SHA-256 and Ed25519, as "Verify the audit" describes. */
import type { Schema } from "@/api/client"

type Bytes = Uint8Array<ArrayBuffer>
type Proof = Schema["ProofView"]

const LEAF = 0
const NODE = 1

/** One step of the check; `good` is null where there was nothing to check, or no way to. */
export interface Finding {
  name: string
  good: boolean | null
  text: string
}

const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

export function fromHex(text: string): Bytes {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("not lower-case hexadecimal")
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

export const toHex = (bytes: Bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

async function sha256(...parts: Bytes[]): Promise<Bytes> {
  if (!crypto.subtle) throw new Error("Browsers compute proofs over HTTPS only, or on the server's own machine.")
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined))
}

export const hashLeaf = (salt: Bytes, body: string) => sha256(Uint8Array.of(LEAF), salt, utf8(body))
export const hashNode = (left: Bytes, right: Bytes) => sha256(Uint8Array.of(NODE), left, right)

/** The root that a path leads to (RFC 9162, 2.1.3.2), or null where it does not fit the tree. */
export async function climb(leaf: Bytes, index: number, size: number, path: Bytes[]): Promise<Bytes | null> {
  let node = leaf
  let first = index
  let last = size - 1
  if (index < 0 || index > last) return null
  for (const sibling of path) {
    if (last === 0) return null
    if (first % 2 === 1 || first === last) {
      node = await hashNode(sibling, node)
      while (first % 2 === 0 && first !== 0) {
        first = Math.floor(first / 2)
        last = Math.floor(last / 2)
      }
    } else node = await hashNode(node, sibling)
    first = Math.floor(first / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? node : null
}

/** Whether the key signed the text; null where this browser cannot tell. */
export async function isSigned(raw: string, signature: string, text: string): Promise<boolean | null> {
  let key: CryptoKey
  try {
    key = await crypto.subtle.importKey("raw", fromHex(raw), "Ed25519", false, ["verify"])
  } catch {
    return null // Browsers before 2025 do not know Ed25519.
  }
  return crypto.subtle.verify("Ed25519", key, fromHex(signature), utf8(text))
}

/** Check a proof in the order of the document: leaf, path, checkpoint. */
export async function checkProof(proof: Proof): Promise<Finding[]> {
  const { leaf, checkpoint } = proof
  const stated = fromHex(leaf.leaf)
  const erased = leaf.salt === null || leaf.body_text === null
  const whole = erased ? null : toHex(await hashLeaf(fromHex(leaf.salt!), leaf.body_text!)) === leaf.leaf
  const root = await climb(stated, proof.index, proof.size, proof.path.map(fromHex))
  const body = JSON.parse(checkpoint.body) as { root?: unknown; size?: unknown }
  const reaches = root !== null && toHex(root) === body.root && proof.size === body.size
  return [
    {
      name: "Entry",
      good: whole,
      text: erased ? "Its words were erased by law; its hash stays." : "Its words have the hash that was sealed.",
    },
    { name: "Path", good: reaches, text: `${proof.path.length} hashes lead from it to the root of the checkpoint.` },
    {
      name: "Signature",
      good: await isSigned(proof.public_key.raw, checkpoint.signature, checkpoint.body),
      text: "The checkpoint is signed with the key below.",
    },
  ]
}

/** Check the proof of a decision, and that the entry speaks of this record. */
export async function checkDecisionProof(decisionId: string, proof: Schema["DecisionProof"]): Promise<Finding[]> {
  const findings = await checkProof(proof)
  const text = proof.leaf.body_text
  const body = text === null ? null : (JSON.parse(text) as { digest?: unknown; subject?: unknown })
  const digest = toHex(await sha256(utf8(proof.record)))
  return [
    {
      name: "Record",
      good: body && body.digest === digest && body.subject === `decision:${decisionId}`,
      text: "The record of this decision is the one that the entry speaks of.",
    },
    ...findings,
  ]
}
