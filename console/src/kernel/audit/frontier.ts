/** A Merkle tree as far as it has grown (RFC 9162): for each level at most one peak that still waits for its sibling. */
import { type Bytes, isSame, nodeHash, sha256 } from "./hashing"

export class Frontier {
  private constructor(
    public size: number,
    /** By level, 0 for leaves. */
    private readonly peaks: (Bytes | null)[],
  ) {}

  static empty(): Frontier {
    return new Frontier(0, [])
  }

  /** As a checkpoint states it: the peaks from the largest to the smallest; null where they do not fit the size. */
  static of(size: number, peaks: Bytes[]): Frontier | null {
    const levels = [...size.toString(2)].reverse().map((bit) => bit === "1")
    if (levels.filter(Boolean).length !== peaks.length) return null
    const rising = peaks.toReversed()
    return new Frontier(
      size,
      levels.map((has) => (has ? rising.shift()! : null)),
    )
  }

  /** Add leaves in order. Level by level, so that the browser can hash many at once. */
  async append(leaves: Bytes[]): Promise<void> {
    this.size += leaves.length
    let nodes = leaves
    for (let level = 0; nodes.length; level += 1) {
      const peak = this.peaks[level] ?? null
      if (peak) nodes = [peak, ...nodes]
      this.peaks[level] = nodes.length % 2 ? nodes[nodes.length - 1]! : null
      const pairs: Promise<Bytes>[] = []
      for (let at = 0; at + 1 < nodes.length; at += 2) pairs.push(nodeHash(nodes[at]!, nodes[at + 1]!))
      nodes = await Promise.all(pairs)
    }
  }

  async root(): Promise<Bytes> {
    let root: Bytes | null = null
    for (const peak of this.peaks) if (peak) root = root ? await nodeHash(peak, root) : peak
    return root ?? sha256(new Uint8Array())
  }
}

/** The root that a leaf and its siblings lead to; null where so many siblings do not fit the place (RFC 9162, 2.1.3.2). */
export async function rootOf(leaf: Bytes, index: number, size: number, path: Bytes[]): Promise<Bytes | null> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null
  const halve = (value: number) => Math.floor(value / 2)
  let node = leaf
  let first = index
  let last = size - 1
  for (const sibling of path) {
    if (last === 0) return null
    if (first % 2 === 1 || first === last) {
      node = await nodeHash(sibling, node)
      while (first % 2 === 0 && first !== 0) {
        first = halve(first)
        last = halve(last)
      }
    } else node = await nodeHash(node, sibling)
    first = halve(first)
    last = halve(last)
  }
  return last === 0 ? node : null
}

export const isRoot = (one: Bytes | null, other: Bytes | null): boolean => !!one && !!other && isSame(one, other)
