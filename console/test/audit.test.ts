// @vitest-environment node
import { readFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { fingerprint, fromHex, readKey, toHex } from "@/kernel/audit/hashing"
import { type Proof, verifyProof } from "@/kernel/audit/verify"
import { verifyExport } from "@/kernel/audit/verify-export"

interface Vectors {
  public_key: { pem: string; raw: string; id: string }
  proofs: (Proof["leaf"] &
    Omit<Proof, "leaf" | "public_key" | "checkpoint"> & { checkpoint: { body: string; signature: string } })[]
  export: string[]
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../../tests/kernel/audit/vectors.json", import.meta.url), "utf-8"),
)
const key = fromHex(vectors.public_key.raw)!
const proofs: Proof[] = vectors.proofs.map(({ id, leaf, salt, body_text, checkpoint, ...rest }) => ({
  ...rest,
  leaf: { id, leaf, salt, body_text },
  checkpoint: { ...checkpoint, number: JSON.parse(checkpoint.body).number },
  public_key: vectors.public_key,
}))

const flipped = (digits: string) => (digits[0] === "0" ? "1" : "0") + digits.slice(1)
const failing = async (proof: Proof, expected = {}) =>
  (await verifyProof(proof, expected)).steps.filter((step) => step.outcome === "fails").map((step) => step.name)

describe("the public key", () => {
  test("is read from PEM and from digits, and has the name that checkpoints call it by", async () => {
    expect(toHex(readKey(vectors.public_key.pem)!)).toBe(vectors.public_key.raw)
    expect(toHex(readKey(vectors.public_key.raw.toUpperCase().replace(/(..)/g, "$1:"))!)).toBe(vectors.public_key.raw)
    expect((await fingerprint(key)).slice(0, 16)).toBe(vectors.public_key.id)
  })

  test("is nothing else", () => {
    for (const text of ["", "abc", "-----BEGIN PUBLIC KEY-----\n!!!\n-----END PUBLIC KEY-----", "00".repeat(31)])
      expect(readKey(text)).toBeNull()
  })
})

describe("a proof", () => {
  test("of every leaf of the vectors holds, with the key it names and with the same key from elsewhere", async () => {
    for (const proof of proofs) {
      expect((await verifyProof(proof)).outcome).toBe("holds")
      expect((await verifyProof(proof, { key, leafId: proof.leaf.id })).outcome).toBe("holds")
    }
  })

  const proof = proofs[5]!
  test.each<[string, Proof, string[]]>([
    [
      "body",
      { ...proof, leaf: { ...proof.leaf, body_text: proof.leaf.body_text!.replace("tester", "nobody") } },
      ["body"],
    ],
    ["salt", { ...proof, leaf: { ...proof.leaf, salt: flipped(proof.leaf.salt!) } }, ["body"]],
    ["leaf", { ...proof, leaf: { ...proof.leaf, leaf: flipped(proof.leaf.leaf) } }, ["body", "path"]],
    ["path", { ...proof, path: [flipped(proof.path[0]!), ...proof.path.slice(1)] }, ["path"]],
    ["order of the path", { ...proof, path: proof.path.toReversed() }, ["path"]],
    ["length of the path", { ...proof, path: proof.path.slice(1) }, ["path"]],
    ["longer path", { ...proof, path: [...proof.path, proof.path[0]!] }, ["path"]],
    ["place", { ...proof, index: proof.index + 1 }, ["path"]],
    ["place beyond the log", { ...proof, index: proof.size }, ["path"]],
    ["root", { ...proof, root: flipped(proof.root) }, ["path", "checkpoint"]],
    [
      "signature",
      { ...proof, checkpoint: { ...proof.checkpoint, signature: flipped(proof.checkpoint.signature) } },
      ["signature"],
    ],
    ["signature cut short", { ...proof, checkpoint: { ...proof.checkpoint, signature: "00" } }, ["signature"]],
    [
      "checkpoint",
      { ...proof, checkpoint: { ...proof.checkpoint, body: proof.checkpoint.body.replace("2026", "2025") } },
      ["signature"],
    ],
    ["record", { ...proof, record: "{}" }, ["record"]],
  ])("with another %s fails there", async (_, changed, names) => {
    expect(await failing(changed)).toEqual(names)
  })

  test("of another leaf, of another decision or under another key than the one kept is none", async () => {
    const other = fromHex(flipped(vectors.public_key.raw))!
    expect(await failing(proof, { leafId: "other" })).toEqual(["body"])
    expect(await failing({ ...proofs[0]!, record: "{}" }, { decisionId: "other" })).toEqual(["record"])
    expect(await failing(proof, { key: other })).toContain("key")
  })

  test("of a decision binds its record", async () => {
    const line = JSON.parse(vectors.export[1]!)
    const decided = { ...proofs[0]!, record: line.rows.decision.record }
    expect(await failing(decided, { decisionId: line.rows.decision.id })).toEqual([])
    expect(await failing({ ...decided, record: decided.record.replace("51000", "15000") })).toEqual(["record"])
  })

  test("stands without its text where the law had that erased", async () => {
    expect(await failing({ ...proof, leaf: { ...proof.leaf, salt: null, body_text: null } })).toEqual([])
  })
})

const stream = (bytes: Uint8Array, pieces = 700) =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += pieces) controller.enqueue(new Uint8Array(bytes.slice(at, at + pieces)))
      controller.close()
    },
  })
const check = (lines: string[], used = key) =>
  verifyExport(stream(new TextEncoder().encode(`${lines.join("\n")}\n`)), used)
interface Line {
  id: string
  leaf: string
  salt: string
  body: string
  signature: string
  rows: { decision: { record: string } }
}
const change = (at: number, edit: (line: Line) => Record<string, unknown>) => {
  const lines = [...vectors.export]
  const line = JSON.parse(lines[at]!)
  lines[at] = JSON.stringify({ ...line, ...edit(line) })
  return lines
}
const without = (...at: number[]) => vectors.export.filter((_, index) => !at.includes(index))
const firstOf = async (lines: string[], used = key) => (await check(lines, used)).findings[0]

describe("an export", () => {
  test("of the vectors is whole, packed or not, in whatever pieces it comes", async () => {
    const text = new TextEncoder().encode(`${vectors.export.join("\n")}\n`)
    for (const bytes of [text, gzipSync(text)])
      for (const pieces of [1, 64, 100_000]) {
        const seen: number[] = []
        const report = await verifyExport(stream(bytes, pieces), key, (progress) => seen.push(progress.leaves))
        expect(report.findings).toEqual([])
        expect(report).toMatchObject({
          leaves: 12,
          checkpoints: 3,
          signatures: 3,
          sealed: 10,
          decisions: 2,
          unbound: 0,
        })
        expect(seen.at(-1)).toBe(12)
      }
  })

  test("names the leaf whose text, salt or record was changed", async () => {
    for (const edit of [
      (line: Line) => ({ body: line.body.replace("tester", "nobody") }),
      (line: Line) => ({ salt: flipped(line.salt) }),
    ])
      expect(await firstOf(change(2, edit))).toMatchObject({ place: "Leaf 2", reason: expect.stringContaining("hash") })
    const record = change(1, ({ rows }) => ({
      rows: { ...rows, decision: { ...rows.decision, record: rows.decision.record.replace("51000", "15000") } },
    }))
    expect(await firstOf(record)).toMatchObject({ place: "Leaf 1", reason: expect.stringContaining("record") })
  })

  test("names the first checkpoint that does not fit a rewritten leaf, and goes on behind it", async () => {
    const forged = change(3, (line) => ({ leaf: flipped(line.leaf) }))
    const report = await check(forged)
    expect(report.findings.map((finding) => finding.place)).toEqual(["Leaf 3", "Checkpoint 1"])
  })

  test("sees leaves that were reordered, renamed, moved, taken away or added", async () => {
    const swapped = [...vectors.export]
    ;[swapped[2], swapped[3]] = [swapped[3]!, swapped[2]!]
    expect((await check(swapped)).findings.map((finding) => finding.place)).toEqual(["Leaf 3", "Checkpoint 1"])
    const renamed = change(2, (line) => ({ id: `${line.id.slice(0, -1)}0` }))
    expect(await firstOf(renamed)).toMatchObject({ place: "Checkpoint 1", reason: expect.stringContaining("renamed") })
    const moved = change(4, () => ({ seq: 400 }))
    expect((await check(moved)).findingCount).toBeGreaterThan(0)
    expect(await firstOf(without(2))).toMatchObject({
      place: "Checkpoint 1",
      reason: expect.stringContaining("1 leaf is missing"),
    })
    const doubled = [...vectors.export.slice(0, 4), vectors.export[3]!, ...vectors.export.slice(4)]
    expect((await check(doubled)).findingCount).toBeGreaterThan(0)
  })

  test("sees a checkpoint that was taken away, changed, signed by another key or signed falsely", async () => {
    expect(await firstOf(without(10))).toMatchObject({
      place: "Checkpoint 3",
      reason: expect.stringContaining("follow"),
    })
    const edited = change(10, (line) => ({ body: line.body.replace('"size":8', '"size":9') }))
    expect(await firstOf(edited)).toMatchObject({ place: "Checkpoint 2", reason: expect.stringContaining("signature") })
    const forged = change(10, (line) => ({ signature: flipped(line.signature) }))
    expect((await check(forged)).findings).toEqual([
      { place: "Checkpoint 2", leafId: null, reason: "Its signature is false." },
    ])
    const other = await check(vectors.export, fromHex(flipped(vectors.public_key.raw))!)
    expect(other.findings[0]).toMatchObject({ place: "Checkpoint 1", reason: expect.stringContaining("another key") })
    expect(other.signatures).toBe(0)
  })

  test("sees that the end is missing, wherever it was cut", async () => {
    for (let kept = 1; kept < vectors.export.length; kept += 1)
      expect((await check(vectors.export.slice(0, kept))).findings.at(-1)?.reason).toContain("cut off")
    const text = new TextEncoder().encode(`${vectors.export.join("\n")}\n`)
    expect((await verifyExport(stream(text.slice(0, -40)), key)).findingCount).toBeGreaterThan(0)
    const packed = gzipSync(text)
    expect((await verifyExport(stream(packed.subarray(0, packed.length - 20)), key)).findingCount).toBeGreaterThan(0)
  })

  test("is no other file", async () => {
    expect((await check(["hello"])).findings[0]?.place).toBe("Line 1")
    expect((await verifyExport(stream(new Uint8Array()), key)).findings[0]?.reason).toContain("empty")
    expect((await verifyExport(stream(new Uint8Array([0xff, 0xfe, 0x00])), key)).findingCount).toBe(1)
  })

  test("counts what was erased, and asks for the entry that says so", async () => {
    const erased = change(2, () => ({ salt: null, body: null }))
    const report = await check(erased)
    expect(report.erased).toBe(1)
    expect(report.findings.map((finding) => finding.reason)).toEqual([expect.stringContaining("erased")])
  })

  test("has its count at the end and nothing behind it", async () => {
    const miscounted = change(vectors.export.length - 1, () => ({ leaf: 11 }))
    expect(await firstOf(miscounted)).toMatchObject({ reason: expect.stringContaining("count") })
    expect(await firstOf([...vectors.export, vectors.export[1]!])).toMatchObject({
      reason: expect.stringContaining("after the end"),
    })
  })
})
