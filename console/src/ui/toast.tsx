/** Short notices. What draws them is fetched with the first one. */
import { lazy, type ReactNode, Suspense, useSyncExternalStore } from "react"
import { asApiError } from "@/api/problem"

const ToastList = lazy(() => import("./toast-list"))

export interface Entry {
  id: number
  title: string
  detail?: ReactNode
  tone: "plain" | "bad"
  milliseconds: number
  action?: { label: string; run: () => void }
}

const SHOWN_MAX = 4
let entries: Entry[] = []
let next = 1
const listeners = new Set<() => void>()
const put = (changed: Entry[]) => {
  entries = changed
  for (const listener of listeners) listener()
}
export const drop = (id: number) => put(entries.filter((entry) => entry.id !== id))

type Options = { detail?: ReactNode; action?: Entry["action"]; milliseconds?: number }

/** Say that something was done; an action (undo) stays as long as `milliseconds`. Returns how to take it away. */
export function toast(title: string, options: Options = {}): () => void {
  const entry: Entry = { id: next++, title, tone: "plain", milliseconds: 6_000, ...options }
  put([...entries, entry].slice(-SHOWN_MAX))
  return () => drop(entry.id)
}

/** Say what failed, and what to do. */
export function toastError(error: unknown, title?: string): void {
  const problem = asApiError(error)
  const entry: Entry = {
    id: next++,
    title: title ?? problem.message,
    detail: title ? problem.sentence : (problem.remedy ?? undefined),
    tone: "bad",
    milliseconds: 12_000,
  }
  put([...entries, entry].slice(-SHOWN_MAX))
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => entries)
  return (
    shown.length > 0 && (
      <Suspense>
        <ToastList entries={shown} />
      </Suspense>
    )
  )
}
