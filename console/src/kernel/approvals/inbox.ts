/** The inbox's data, held still while it is read, and kept true by what happens elsewhere. */
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect, useRef, useState, useSyncExternalStore } from "react"
import { watchEvents } from "@/api/live"
import { useMe } from "@/app/session"
import { type Entry, fresh, merge } from "@/ui/merge"
import { toastError } from "@/ui/toast"
import { refreshInbox } from "./answering"
import { type Approval, facetsQuery, listQuery } from "./queries"
import type { InboxSearch } from "./search"

const REFRESH_MILLISECONDS = 1_500

const IDLE_MILLISECONDS = 20_000
let activeAt = 0

/** Nobody's cursor is disturbed while nobody is there: then the list may follow what happens. */
const isIdle = () => performance.now() - activeAt > IDLE_MILLISECONDS

function useActivity(): void {
  useEffect(() => {
    const note = () => {
      activeAt = performance.now()
    }
    note()
    const kinds = ["pointermove", "pointerdown", "keydown", "wheel", "touchmove"] as const
    for (const kind of kinds) addEventListener(kind, note, { passive: true })
    return () => {
      for (const kind of kinds) removeEventListener(kind, note)
    }
  }, [])
}

/** The rows to show for a search. Rows that one has answered oneself are left out while they are held. */
export function useInbox(search: InboxSearch) {
  useActivity()
  const me = useMe()?.label
  const { id: _, ...asked } = search
  const key = JSON.stringify(asked)
  const list = useQuery({ ...listQuery(asked), placeholderData: keepPreviousData })
  const facets = useQuery({ ...facetsQuery(asked), placeholderData: keepPreviousData })
  const [shown, setShown] = useState<{
    key: string
    items?: Approval[]
    entries?: Entry<Approval>[]
    waiting: number
  }>({ key: "", waiting: 0 })
  const heldOnly = search.state === "held"
  const items = list.isPlaceholderData ? undefined : list.data?.items
  if (items && (shown.key !== key || shown.items !== items)) {
    const relevant = heldOnly ? items.filter((row) => row.held) : items
    const next =
      shown.key === key && shown.entries && !isIdle()
        ? merge(shown.entries, relevant, { leaves: (row) => heldOnly || row.held?.by === me })
        : { entries: fresh(relevant), waiting: 0 }
    setShown({ key, items, ...next })
  }
  const adopt = () =>
    setShown({ key, items, entries: items && fresh(heldOnly ? items.filter((row) => row.held) : items), waiting: 0 })
  const isMine = (row: Approval) => row.held !== null && row.held.by === me
  const entries = shown.entries?.filter(({ row }) => heldOnly || !isMine(row))
  return {
    entries,
    waiting: shown.waiting,
    adopt,
    mine: heldOnly ? [] : (shown.entries ?? []).filter(({ row }) => isMine(row)).map(({ row }) => row),
    held: (shown.entries ?? []).filter(({ row, gone }) => row.held && !gone).length,
    changing: shown.key !== key,
    facets: facets.data,
    list,
  }
}

/** Ask again when something happened to a case that is on show, or a new one came; tell of answers that were not carried out. */
export function useLiveInbox(entries: Entry<Approval>[] | undefined): void {
  const client = useQueryClient()
  const me = useMe()?.label
  const subjects = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => {
    subjects.current = new Set(entries?.map(({ row }) => row.subject_id))
  }, [entries])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = watchEvents(({ name, body }) => {
      const touches =
        name === "kernel.decision.made" && (body.approval_id != null || subjects.current.has(String(body.subject_id)))
      if (name === "kernel.approval.not_taken" && body.given_by === me)
        toastError(new Error(String(body.why ?? "")), "An answer of yours was not carried out: the case waits again")
      if (!touches || timer) return
      timer = setTimeout(() => {
        timer = undefined
        if (!document.hidden) void refreshInbox(client)
      }, REFRESH_MILLISECONDS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [client, me])
}

const WIDE = "(min-width: 1024px)"

/** Whether list and case fit side by side. */
export const useWide = () =>
  useSyncExternalStore(
    (listener) => {
      const media = matchMedia(WIDE)
      media.addEventListener("change", listener)
      return () => media.removeEventListener("change", listener)
    },
    () => matchMedia(WIDE).matches,
  )
