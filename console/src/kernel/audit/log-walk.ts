/** The walk over the lines of an export: what has been seen so far, and what has to follow from it. */
import { Frontier, isRoot } from "./frontier"
import {
  type Bytes,
  fromHex,
  isSame,
  leafHash,
  SIGNATURE_BYTES,
  type SignatureCheck,
  sha256,
  toHex,
  utf8,
} from "./hashing"
import { parse } from "./verify"
import type { ExportReport } from "./verify-export"

const FORMAT = "intendant-audit-1"
const ERASURE = "audit.leaf.erased"
const PLACE_BYTES = 36

type Line = Record<string, unknown>
type Find = (place: string, reason: string, leafId?: string | null) => void
type Position = readonly [epoch: number, xid: number, seq: number]

interface Leaf {
  id: string
  number: number
  hash: Bytes
  position: Position
  salt: Bytes | null
  body: string | null
  record: string | null
  recordId: unknown
}

const number = (value: unknown): number => (typeof value === "number" && Number.isSafeInteger(value) ? value : -1)
const follows = (one: Position, other: Position) => {
  const at = one.findIndex((value, index) => value !== other[index])
  return at >= 0 && one[at]! > other[at]!
}

export class LogWalk {
  private line = 0
  private ended = false
  private tree = Frontier.empty()
  private last: Position = [0, 0, 0]
  /** Where each leaf since the checkpoint before stands, as the checkpoint hashes it. */
  private places: Bytes[] = []
  private previous: { number: number; digest: string } | null = null
  private superseded: [number, number][] = []
  private stated: number[] = []
  private erased = new Map<string, number>()

  constructor(
    private readonly report: ExportReport,
    private readonly find: Find,
    private readonly check: SignatureCheck,
  ) {}

  /** Take some lines in order. */
  async take(lines: string[]): Promise<void> {
    let leaves: Leaf[] = []
    for (const text of lines) {
      this.line += 1
      const line = parse(text)
      if (this.line === 1) this.takeHeader(line)
      else if (this.ended) this.find(`Line ${this.line}`, "There is more after the end.")
      else if (line.line === "leaf") {
        const leaf = this.readLeaf(line)
        if (leaf) leaves.push(leaf)
      } else {
        await this.takeLeaves(leaves)
        leaves = []
        if (line.line === "checkpoint") await this.takeCheckpoint(line)
        else if (line.line === "unbound") this.takeUnbound(line)
        else if (line.line === "end") this.takeEnd(line)
        else this.find(`Line ${this.line}`, "It cannot be read.")
      }
    }
    await this.takeLeaves(leaves)
  }

  /** Say what is missing at the end. */
  finish(): void {
    if (this.line === 0) this.find("Line 1", "The file is empty.")
    else if (!this.ended) this.find(`After line ${this.line}`, "The file was cut off: its end is missing.")
    for (const [id, at] of this.erased)
      this.find(leafPlace(at), "Its text is gone, and no entry records that it was erased.", id)
    for (const [, by] of this.superseded)
      if (!this.stated.includes(by)) this.find(`Checkpoint ${by}`, "A restore is claimed that no checkpoint states.")
  }

  private takeHeader(line: Line): void {
    if (line.line !== "header" || line.format !== FORMAT) {
      this.find("Line 1", `This is no export of the log (its first line does not say ${FORMAT}).`)
      return
    }
    const { id, name, slug } = (line.organization ?? {}) as Line
    this.report.organization = { id: String(id), name: String(name), slug: String(slug) }
    this.report.exportedAt = typeof line.exported_at === "string" ? line.exported_at : null
    if (Array.isArray(line.superseded))
      this.superseded = line.superseded.map(([to, by]: [number, number]) => [number(to), number(by)])
  }

  private readLeaf(line: Line): Leaf | null {
    this.report.leaves += 1
    const at = this.report.leaves
    const hash = fromHex(line.leaf, 32)
    const id = String(line.id)
    if (!hash || !UUID.test(id)) {
      this.find(leafPlace(at), "It cannot be read.")
      return null
    }
    const position: Position = [number(line.epoch), number(line.xid), number(line.seq)]
    if (!follows(position, this.last)) this.find(leafPlace(at), "It is out of order.", id)
    this.last = position
    this.places.push(placeBytes(id, position))
    const decision = ((line.rows ?? {}) as Record<string, Line | null>).decision
    return {
      id,
      number: at,
      hash,
      position,
      salt: fromHex(line.salt, 16),
      body: typeof line.body === "string" ? line.body : null,
      record: typeof decision?.record === "string" ? decision.record : null,
      recordId: decision?.id,
    }
  }

  private async takeLeaves(leaves: Leaf[]): Promise<void> {
    if (leaves.length === 0) return
    const [made, records] = await Promise.all([
      Promise.all(leaves.map(({ salt, body }) => (salt && body !== null ? leafHash(salt, body) : null))),
      Promise.all(leaves.map(({ record }) => (record === null ? null : sha256(utf8(record))))),
      this.tree.append(leaves.map((leaf) => leaf.hash)),
    ])
    leaves.forEach((leaf, at) => {
      const hash = made[at]
      if (!hash) {
        this.report.erased += 1
        this.erased.set(leaf.id, leaf.number)
        return
      }
      if (!isSame(hash, leaf.hash))
        this.find(leafPlace(leaf.number), "What it says is not what its hash was made from.", leaf.id)
      const act = parse(leaf.body)
      if (act.act === ERASURE)
        for (const id of (((act.detail ?? {}) as Line).leaves as unknown[] | undefined) ?? [])
          this.erased.delete(String(id))
      this.checkRecord(leaf, act, records[at] ?? null)
    })
  }

  private checkRecord(leaf: Leaf, act: Line, digest: Bytes | null): void {
    if (typeof act.digest !== "string" || typeof act.subject !== "string" || !act.subject.startsWith("decision:"))
      return
    const place = leafPlace(leaf.number)
    if (!digest) this.find(place, "The decision's record is missing, though it was logged.", leaf.id)
    else if (act.subject !== `decision:${leaf.recordId}`)
      this.find(place, "It has the record of another decision.", leaf.id)
    else if (toHex(digest) !== act.digest)
      this.find(place, "The decision's record was changed after it was logged.", leaf.id)
    else this.report.decisions += 1
  }

  private async takeCheckpoint(line: Line): Promise<void> {
    const report = this.report
    report.checkpoints += 1
    const body = typeof line.body === "string" ? line.body : ""
    const said = parse(body)
    const named = number(said.number)
    const place = `Checkpoint ${named > 0 ? named.toLocaleString() : `on line ${this.line}`}`
    const signature = fromHex(line.signature, SIGNATURE_BYTES)
    const signed = signature ? await this.check(body, signature) : false
    if (signed === null) report.knowsSignatures = false
    else if (signed) report.signatures += 1
    else this.find(place, this.isOtherKey(said) ? OTHER_KEY : "Its signature is false.")
    if (said.organization !== report.organization?.id) this.find(place, "It belongs to another organisation.")
    const before = this.previous
    if (before ? named !== before.number + 1 || said.previous !== before.digest : named !== 1 || said.previous !== null)
      this.find(place, "It does not follow the checkpoint before it: one is missing or was changed.")
    this.previous = { number: named, digest: toHex(await sha256(utf8(body))) }
    report.newest = { number: named, at: String(said.at) }
    if (said.restored !== null && said.restored !== undefined) {
      this.stated.push(named)
      report.restores += 1
    }
    // A backup from before it was restored: what it said of the leaves holds no more.
    if (this.superseded.some(([to, by]) => to < named && named < by)) return
    await this.compare(place, said)
    // A false statement must not bring down those that follow: they are compared from what was signed.
    const peaks = (Array.isArray(said.frontier) ? said.frontier : []).map((peak) => fromHex(peak, 32))
    const stated = peaks.every((peak) => peak !== null) ? Frontier.of(number(said.size), peaks) : null
    if (signed !== false && stated) this.tree = stated
    report.sealed = report.leaves
    this.places = []
  }

  private isOtherKey = (said: Line) => typeof said.key === "string" && said.key !== this.report.key.name

  private async compare(place: string, said: Line): Promise<void> {
    const [from, to] = [this.report.sealed + 1, this.report.leaves]
    const span = to >= from ? `of leaves ${from.toLocaleString()} to ${to.toLocaleString()}` : "of no leaf"
    const missing = number(said.size) - this.tree.size
    if (missing !== 0) {
      const many = `${Math.abs(missing).toLocaleString()} ${Math.abs(missing) === 1 ? "leaf is" : "leaves are"}`
      this.find(place, missing > 0 ? `${many} missing ${span}, which it covers.` : `${many} too many ${span}.`)
    } else if (!isRoot(await this.tree.root(), fromHex(said.root, 32)))
      this.find(place, `One ${span} was rewritten or put elsewhere: the checkpoint states another root.`)
    else {
      const position: Position = [number(said.epoch), number(said.xid), number(said.seq)]
      const places = toHex(await sha256(joinAll(this.places)))
      if (places !== said.leaf_places || follows(this.last, position))
        this.find(place, `One ${span} was moved or renamed.`)
    }
  }

  private takeUnbound(line: Line): void {
    this.report.unbound += 1
    this.find(`Line ${this.line}`, `No leaf records this row of ${line.table} (${line.id}): it was put in afterwards.`)
  }

  private takeEnd(line: Line): void {
    this.ended = true
    const { leaves, checkpoints, unbound } = this.report
    if (line.leaf !== leaves || line.checkpoint !== checkpoints || line.unbound !== unbound)
      this.find(`Line ${this.line}`, "The count at the end is another than what the file holds.")
  }
}

const OTHER_KEY = "It was signed with another key than the one it is verified with."
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const leafPlace = (at: number) => `Leaf ${at.toLocaleString()}`

function placeBytes(id: string, [epoch, xid, seq]: Position): Bytes {
  const bytes = new Uint8Array(PLACE_BYTES)
  bytes.set(fromHex(id.replaceAll("-", ""), 16)!)
  const view = new DataView(bytes.buffer)
  view.setUint32(16, epoch)
  view.setBigUint64(20, BigInt(xid))
  view.setBigUint64(28, BigInt(seq))
  return bytes
}

function joinAll(places: Bytes[]): Bytes {
  const whole = new Uint8Array(places.length * PLACE_BYTES)
  places.forEach((place, at) => {
    whole.set(place, at * PLACE_BYTES)
  })
  return whole
}
