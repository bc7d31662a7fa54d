/** The list of alerts, its counts, and what the reader sent away. */
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useCallback, useState } from "react"
import { useStill } from "@/ui/still"
import { facetsQuery, groupsQuery, listQuery, statesQuery } from "./queries"
import type { AlertSearch } from "./search"

export function useInbox(search: AlertSearch) {
  const { peek: _peek, group, ...asked } = search
  const key = JSON.stringify(asked)
  const list = useQuery({ ...listQuery(asked), placeholderData: keepPreviousData })
  const facets = useQuery({ ...facetsQuery(asked), placeholderData: keepPreviousData })
  const states = useQuery({ ...statesQuery(asked), placeholderData: keepPreviousData })
  const groups = useQuery({ ...groupsQuery({ ...asked, group }), enabled: group !== undefined })
  const [sent, setSent] = useState<{ key: string; ids: ReadonlySet<string> }>({ key, ids: new Set() })
  const away = sent.key === key ? sent.ids : new Set<string>()
  const send = useCallback(
    (ids: string[]) => setSent((now) => ({ key, ids: new Set([...(now.key === key ? now.ids : []), ...ids]) })),
    [key],
  )
  const bring = useCallback(
    (ids: string[]) => setSent((now) => ({ ...now, ids: new Set([...now.ids].filter((id) => !ids.includes(id))) })),
    [],
  )
  const still = useStill(key, list.isPlaceholderData ? undefined : list.data?.items, ({ id }) => away.has(id))
  return {
    ...still,
    entries: still.entries?.filter(({ row }) => !away.has(row.id)),
    list,
    facets: facets.data,
    states: states.data,
    groups: groups.data?.items,
    send,
    bring,
  }
}
