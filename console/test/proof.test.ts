import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { checkProof } from "@/kernel/audit/proof"

type Vector = {
  id: string
  salt: string
  body_text: string
  leaf: string
  index: number
  size: number
  path: string[]
  root: string
  checkpoint: { body: string; signature: string }
}
const vectors: { public_key: { pem: string; raw: string; id: string }; proofs: Vector[] } = JSON.parse(
  readFileSync("../tests/kernel/audit/vectors.json", "utf8"),
)

const proofOf = ({ id, salt, body_text, leaf, index, size, path, root, checkpoint }: Vector) => ({
  leaf: { id, salt, body_text, leaf, body: null, checkpoint: 1, epoch: 1, xid: 1, seq: 1, recorded_at: "" },
  index,
  size,
  path,
  root,
  checkpoint: { ...checkpoint, number: 1, size, created_at: "" },
  public_key: vectors.public_key,
})
const verdicts = async (vector: Vector) => (await checkProof(proofOf(vector))).map(({ good }) => good)

it("holds what the server proved", async () => {
  for (const vector of vectors.proofs) expect(await verdicts(vector)).toEqual([true, true, true])
})

it("finds a changed word, a wrong place, and a checkpoint that nobody signed", async () => {
  const vector = vectors.proofs[0]!
  expect(await verdicts({ ...vector, body_text: `${vector.body_text} ` })).toEqual([false, true, true])
  expect(await verdicts({ ...vector, index: vector.index + 1 })).toEqual([true, false, true])
  const body = vector.checkpoint.body.replace('"epoch":1', '"epoch":2')
  expect(await verdicts({ ...vector, checkpoint: { ...vector.checkpoint, body } })).toEqual([true, true, false])
})
