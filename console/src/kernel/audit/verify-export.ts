/**
 * Walks a whole export once and does every sum anew: each leaf, the tree, each signed checkpoint and their chain. The format is
 * that of "Verify the audit" in the documentation. After something false it goes on from what was signed, so that one false
 * record does not hide the next.
 */

import { linesOf, NotAnExport } from "./export-lines"
import { type Bytes, CannotCheck, fingerprint, KEY_NAME_DIGITS, signatureCheck } from "./hashing"
import { LogWalk } from "./log-walk"

/** Something false: what it is about, where it stands, and what is wrong. */
export interface Finding {
  /** "Leaf 12", "Checkpoint 3", "Line 9". */
  place: string
  /** The id of the leaf, where it is one. */
  leafId: string | null
  reason: string
}

export interface ExportReport {
  organization: { id: string; name: string; slug: string } | null
  exportedAt: string | null
  leaves: number
  /** How many leaves signed checkpoints cover. */
  sealed: number
  checkpoints: number
  /** Signatures that were checked and held. */
  signatures: number
  /** Whether this browser could check signatures at all. */
  knowsSignatures: boolean
  /** Decisions whose records were compared with what was logged. */
  decisions: number
  erased: number
  unbound: number
  restores: number
  newest: { number: number; at: string } | null
  /** The first hundred of `findingCount`. */
  findings: Finding[]
  findingCount: number
  key: { fingerprint: string; name: string }
}

export interface Progress {
  bytes: number
  leaves: number
  checkpoints: number
}

const FINDINGS_MAX = 100
const BATCH_LEAVES = 512

/** An empty report for a key. */
async function begin(key: Bytes): Promise<ExportReport> {
  const digits = await fingerprint(key)
  return {
    organization: null,
    exportedAt: null,
    leaves: 0,
    sealed: 0,
    checkpoints: 0,
    signatures: 0,
    knowsSignatures: true,
    decisions: 0,
    erased: 0,
    unbound: 0,
    restores: 0,
    newest: null,
    findings: [],
    findingCount: 0,
    key: { fingerprint: digits, name: digits.slice(0, KEY_NAME_DIGITS) },
  }
}

/** Verify an export against a public key. What does not fit is in the report; only an unusable browser is an error. */
export async function verifyExport(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  key: Bytes,
  tell: (progress: Progress) => void = () => undefined,
): Promise<ExportReport> {
  const report = await begin(key)
  const find = (place: string, reason: string, leafId: string | null = null) => {
    report.findingCount += 1
    if (report.findings.length < FINDINGS_MAX) report.findings.push({ place, leafId, reason })
  }
  const walk = new LogWalk(report, find, await signatureCheck(key))
  let bytes = 0
  try {
    for await (const lines of linesOf(source, (more) => {
      bytes += more
    })) {
      for (let at = 0; at < lines.length; at += BATCH_LEAVES) await walk.take(lines.slice(at, at + BATCH_LEAVES))
      tell({ bytes, leaves: report.leaves, checkpoints: report.checkpoints })
    }
    walk.finish()
  } catch (error) {
    if (error instanceof CannotCheck || !(error instanceof NotAnExport)) throw error
    find(`After leaf ${report.leaves.toLocaleString()}`, error.message)
  }
  return report
}
