/** Whether one record is in the signed log as it was written: "Verify the audit" in the documentation, done by this browser. */
import { isRoot, rootOf } from "./frontier"
import {
  type Bytes,
  fromHex,
  isSame,
  KEY_BYTES,
  leafHash,
  SIGNATURE_BYTES,
  sha256,
  signatureCheck,
  toHex,
  utf8,
} from "./hashing"

/** A proof as the API answers it; `record` comes with a decision's. */
export interface Proof {
  leaf: { id: string; leaf: string; salt: string | null; body_text: string | null }
  index: number
  size: number
  path: string[]
  root: string
  checkpoint: { number: number; body: string; signature: string }
  public_key: { raw: string }
  record?: string
}

/** One thing that was checked. `unknown`: this browser cannot tell. */
export interface Step {
  name: "body" | "path" | "checkpoint" | "signature" | "key" | "record"
  outcome: "holds" | "fails" | "unknown"
  says: string
}

export interface ProofResult {
  /** Fails where one step fails; unknown where none fails and one cannot be told. */
  outcome: "holds" | "fails" | "unknown"
  steps: Step[]
}

interface Expected {
  /** The decision that the leaf has to be about. */
  decisionId?: string
  /** The leaf that was asked for. */
  leafId?: string
  /** A key from elsewhere: what is signed by another one is not believed. */
  key?: Bytes | null
}

/** Check a proof, step by step; every step is done, so that what fails is named exactly. */
export async function verifyProof(proof: Proof, expected: Expected = {}): Promise<ProofResult> {
  const leaf = fromHex(proof.leaf.leaf, 32)
  const steps = [
    await checkBody(proof, leaf, expected),
    ...(await checkRecord(proof, expected)),
    await checkPath(proof, leaf),
    checkStatement(proof),
    ...(await checkSignature(proof, expected)),
  ]
  const outcomes = steps.map((step) => step.outcome)
  return {
    outcome: outcomes.includes("fails") ? "fails" : outcomes.includes("unknown") ? "unknown" : "holds",
    steps,
  }
}

const step = (name: Step["name"], holds: boolean | null, yes: string, no: string, unknown = no): Step =>
  holds === null
    ? { name, outcome: "unknown", says: unknown }
    : { name, outcome: holds ? "holds" : "fails", says: holds ? yes : no }

async function checkBody({ leaf }: Proof, hash: Bytes | null, { leafId }: Expected): Promise<Step> {
  const holds = "What was written has the hash of its leaf."
  if (!hash) return step("body", false, holds, "The hash of the leaf cannot be read.")
  if (leafId && leaf.id !== leafId) return step("body", false, holds, "The proof is of another entry.")
  if (leaf.salt === null && leaf.body_text === null)
    return step("body", true, "The text was erased by law; its hash stands in the log as it was.", "")
  const salt = fromHex(leaf.salt, 16)
  const same = salt !== null && leaf.body_text !== null && isSame(await leafHash(salt, leaf.body_text), hash)
  return step("body", same, holds, "What is shown is not what was written: its hash is not that of the leaf.")
}

async function checkRecord({ leaf, record }: Proof, { decisionId }: Expected): Promise<Step[]> {
  if (record === undefined) return []
  const act = parse(leaf.body_text)
  const about = decisionId === undefined || act.subject === `decision:${decisionId}`
  if (!about) return [step("record", false, "", "The entry of the log is about another decision.")]
  const same = act.digest === toHex(await sha256(utf8(record)))
  return [step("record", same, "The decision's record is the one that was logged.", RECORD_FAILS)]
}

const RECORD_FAILS =
  "The decision's record was changed after it was logged: it does not have the hash that the log holds."

async function checkPath(proof: Proof, leaf: Bytes | null): Promise<Step> {
  const path = proof.path.map((sibling) => fromHex(sibling, 32))
  const whole = path.every((sibling) => sibling !== null)
  const root = leaf && whole ? await rootOf(leaf, proof.index, proof.size, path) : null
  const place = `place ${(proof.index + 1).toLocaleString()} of ${proof.size.toLocaleString()}`
  return step(
    "path",
    isRoot(root, fromHex(proof.root, 32)),
    `It stands in the log at ${place}.`,
    `The hashes do not lead from the leaf at ${place} to the root.`,
  )
}

function checkStatement({ checkpoint, root, size }: Proof): Step {
  const said = parse(checkpoint.body)
  const same = said.root === root && said.size === size && said.number === checkpoint.number
  return step(
    "checkpoint",
    same,
    `Checkpoint ${checkpoint.number} states this root and this size.`,
    `Checkpoint ${checkpoint.number} states another root or size.`,
  )
}

async function checkSignature({ checkpoint, public_key }: Proof, { key }: Expected): Promise<Step[]> {
  const stated = fromHex(public_key.raw, KEY_BYTES)
  const used = key ?? stated
  const signature = fromHex(checkpoint.signature, SIGNATURE_BYTES)
  const holds = used && signature ? await (await signatureCheck(used))(checkpoint.body, signature) : false
  const signed = step(
    "signature",
    holds,
    key ? "It is signed with the key you keep." : "It is signed with the public key of this installation.",
    key ? "It is not signed with the key you keep." : "Its signature is false.",
    "This browser does not know Ed25519, so the signature was not checked. Use a newer browser.",
  )
  if (!key || !stated || isSame(key, stated)) return [signed]
  return [signed, step("key", false, "", "The server names another public key than the one you keep.")]
}

/** JSON text as an object; anything else as an empty one. */
export function parse(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "")
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {}
  } catch {
    return {}
  }
}
