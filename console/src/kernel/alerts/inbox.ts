/** The list of alerts, held still while it is read: what is new is counted, no row moves by itself. */
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useCallback, useState } from "react"
import { type Entry, fresh, merge } from "@/kernel/approvals/merge"
import { type Alert, facetsQuery, listQuery, statesQuery } from "./queries"
import type { AlertSearch } from "./search"

interface Shown {
  key: string
  items?: Alert[]
  entries?: Entry<Alert>[]
  waiting: number
}

export function useInbox(search: AlertSearch) {
  const { peek: _peek, group: _group, ...asked } = search
  const key = JSON.stringify(asked)
  const list = useQuery({ ...listQuery(asked), placeholderData: keepPreviousData })
  const facets = useQuery({ ...facetsQuery(asked), placeholderData: keepPreviousData })
  const states = useQuery({ ...statesQuery(asked), placeholderData: keepPreviousData })
  const [shown, setShown] = useState<Shown>({ key: "", waiting: 0 })
  const [sent, setSent] = useState<ReadonlySet<string>>(new Set())
  const send = useCallback((ids: string[]) => setSent((now) => new Set([...now, ...ids])), [])
  const bring = useCallback(
    (ids: string[]) => setSent((now) => new Set([...now].filter((id) => !ids.includes(id)))),
    [],
  )
  const items = list.isPlaceholderData ? undefined : list.data?.items
  if (items && (shown.key !== key || shown.items !== items)) {
    const same = shown.key === key && shown.entries
    if (!same && sent.size > 0) setSent(new Set())
    setShown({
      key,
      items,
      ...(same ? merge(same, items, { leaves: ({ id }) => sent.has(id) }) : { entries: fresh(items), waiting: 0 }),
    })
  }
  return {
    entries: shown.entries?.filter(({ row }) => !sent.has(row.id)),
    waiting: shown.waiting,
    adopt: () => setShown({ key, items, entries: items && fresh(items), waiting: 0 }),
    changing: shown.key !== key,
    list,
    facets: facets.data,
    states: states.data,
    send,
    bring,
  }
}
