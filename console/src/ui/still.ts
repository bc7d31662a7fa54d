/** A list that stays still while it is read: what is new is counted, what left is marked, no row moves by itself. */
import { useState } from "react"
import { type Entry, fresh, merge } from "./merge"

interface Shown<Row> {
  key: string
  items?: Row[]
  entries?: Entry<Row>[]
  waiting: number
}

const NONE = () => false

/**
 * `items` as they were when they were first asked for under `key`, with what changed in them. `leaves` says which rows may
 * go without a word, since the reader sent them away.
 */
export function useStill<Row extends { id: string }>(
  key: string,
  items: Row[] | undefined,
  leaves: (row: Row) => boolean = NONE,
) {
  const [shown, setShown] = useState<Shown<Row>>({ key: "", waiting: 0 })
  if (items && (shown.key !== key || shown.items !== items))
    setShown({
      key,
      items,
      ...(shown.key === key && shown.entries
        ? merge(shown.entries, items, { leaves })
        : { entries: fresh(items), waiting: 0 }),
    })
  return {
    entries: shown.entries,
    waiting: shown.waiting,
    /** Show the list as it is now. */
    adopt: () => setShown({ key, items, entries: items && fresh(items), waiting: 0 }),
    /** Whether what is on show was asked for under another key. */
    changing: shown.key !== key,
  }
}
