/** The list of anomalies: those of one group as one, with counts, and without what the reader sent away. */
import { useQuery } from "@tanstack/react-query"
import { useCallback, useState, useSyncExternalStore } from "react"
import { useOrganization } from "@/app/session"
import type { Entry } from "@/ui/merge"
import { useStill } from "@/ui/still"
import { facetsQuery, listQuery } from "./queries"
import { type AnomaliesSearch, type Anomaly, SEVERITIES } from "./search"

/** Anomalies that happened together, told as one: the gravest speaks for them. */
export interface Bundle {
  /** Of the one that speaks. */
  id: string
  head: Anomaly
  rows: Anomaly[]
  gone: boolean
}

const gravity = ({ severity }: Anomaly) => SEVERITIES.indexOf(severity)
const loss = ({ impact }: Anomaly) => (impact ? -Math.abs(Number(impact.amount)) : 0)

/** Put rows of the same group together where the first of them stands. */
export function bundle(entries: Entry<Anomaly>[]): Bundle[] {
  const groups = new Map<string, Entry<Anomaly>[]>()
  for (const entry of entries) {
    const known = groups.get(entry.row.group_id)
    if (known) known.push(entry)
    else groups.set(entry.row.group_id, [entry])
  }
  return [...groups.values()].map((members) => {
    const living = members.some(({ gone }) => !gone) ? members.filter(({ gone }) => !gone) : members
    const rows = living
      .map(({ row }) => row)
      .sort((a, b) => gravity(a) - gravity(b) || loss(a) - loss(b) || a.started_at.localeCompare(b.started_at))
    return { id: rows[0]!.id, head: rows[0]!, rows, gone: members.every(({ gone }) => gone) }
  })
}

export function useInbox(search: AnomaliesSearch) {
  const timeZone = useOrganization()?.time_zone ?? "UTC"
  const { id: _id, tab: _tab, current: _current, ...asked } = search
  const key = JSON.stringify(asked)
  const list = useQuery(listQuery(asked, timeZone))
  const facets = useQuery(facetsQuery(asked, timeZone))
  const [sent, setSent] = useState<{ key: string; ids: ReadonlySet<string> }>({ key, ids: new Set() })
  const away = sent.key === key ? sent.ids : new Set<string>()
  const send = useCallback(
    (ids: string[]) => setSent((now) => ({ key, ids: new Set([...(now.key === key ? now.ids : []), ...ids]) })),
    [key],
  )
  const still = useStill(key, list.isPlaceholderData ? undefined : list.data?.items, ({ id }) => away.has(id))
  const entries = still.entries?.filter(({ row }) => !away.has(row.id))
  return {
    bundles: entries && bundle(entries),
    shown: entries?.length ?? 0,
    waiting: still.waiting,
    adopt: still.adopt,
    changing: still.changing,
    list,
    facets: facets.data,
    send,
  }
}

const WIDE = "(min-width: 1024px)"

/** Whether list and anomaly fit side by side. */
export const useWide = () =>
  useSyncExternalStore(
    (listener) => {
      const media = matchMedia(WIDE)
      media.addEventListener("change", listener)
      return () => media.removeEventListener("change", listener)
    },
    () => matchMedia(WIDE).matches,
  )
