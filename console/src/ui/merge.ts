/** What a list shows while its data moves on: no row changes its place under the reader's eyes. */

export interface Entry<Row> {
  row: Row
  /** It was here, and is no longer among those asked for. */
  gone: boolean
}

/** More marks than these tell nothing: the first ones are let go. */
const GONE_MAX = 20

interface Options<Row> {
  /** Whether a row may leave without a word, because the reader sent it away. */
  leaves: (row: Row) => boolean
}

/**
 * Bring newer data into what is shown. Rows stay where they are; those that left are marked. What is new behind the last row
 * is added; what would push others down is only counted.
 */
export function merge<Row extends { id: string }>(
  shown: Entry<Row>[],
  latest: Row[],
  { leaves }: Options<Row>,
): { entries: Entry<Row>[]; waiting: number } {
  const here = new Map(latest.map((row, index) => [row.id, index]))
  const known = new Set(shown.map(({ row }) => row.id))
  const entries: Entry<Row>[] = []
  let last = -1
  for (const { row } of shown) {
    const index = here.get(row.id)
    if (index !== undefined) {
      entries.push({ row: latest[index]!, gone: false })
      last = Math.max(last, index)
    } else if (!leaves(row)) entries.push({ row, gone: true })
  }
  if (entries.length === 0) return { entries: fresh(latest), waiting: 0 }
  let surplus = entries.filter((entry) => entry.gone).length - GONE_MAX
  const kept = entries.filter((entry) => !(entry.gone && surplus-- > 0))
  const added = latest.map((row, index) => ({ row, index })).filter(({ row }) => !known.has(row.id))
  const behind = added.filter(({ index }) => index > last)
  return { entries: [...kept, ...fresh(behind.map(({ row }) => row))], waiting: added.length - behind.length }
}

export const fresh = <Row>(rows: Row[]): Entry<Row>[] => rows.map((row) => ({ row, gone: false }))

/** The ids between two rows of a list, both included, in whichever order they were named. */
export function between(ids: string[], from: string, to: string): string[] {
  const [a, b] = [ids.indexOf(from), ids.indexOf(to)]
  if (a < 0 || b < 0) return [to]
  return ids.slice(Math.min(a, b), Math.max(a, b) + 1)
}

/** Where to go on after a row was dealt with: the next one below, else the one above. */
export function following(ids: string[], id: string): string | undefined {
  const at = ids.indexOf(id)
  return at < 0 ? ids[0] : (ids[at + 1] ?? ids[at - 1])
}
