/**
 * The live link: one event stream for all tabs of an organisation (browsers allow six connections to a host), held by the
 * tab that has the lock and shared with the others. Events mark what they touch in the query cache as stale.
 */
import type { QueryClient } from "@tanstack/react-query"
import { useSyncExternalStore } from "react"
import { chosenOrganization } from "./organization"
import { readStream } from "./stream"

/** An event of the organisation's log. `at` is business time. */
export interface LiveEvent {
  id: string
  cursor: string
  name: string
  body: Record<string, unknown>
  at: string
  recorded_at: string
}

type Link = "connecting" | "live" | "lost"
interface State {
  link: Link
  /** The newest events, newest first. */
  recent: LiveEvent[]
  /** How many decisions came since somebody last looked at a list of them. */
  fresh: number
}
/** `last` is how far the leading tab has read: whichever tab leads after it begins there, and nothing is missed between. */
type Shared =
  | { type: "link"; link: Link; last: string }
  | { type: "events"; events: LiveEvent[]; last: string }
  | { type: "hello" }

const KEPT = 200
const FLUSH_MILLISECONDS = 1_000
const RETRY_MILLISECONDS = [1_000, 2_000, 5_000, 10_000]

const ANALYTICS = "/api/v1/ai-analytics"
const LENDING = "/api/v1/lending"
const APPLICATIONS = `${LENDING}/applications/{application_id}`
const COLLECTIONS = `${LENDING}/collections`
const LEDGER = `${LENDING}/ledger`
const LOANS = `${LENDING}/loans`
const OFFERS = `${LENDING}/offers`
const PORTFOLIO = `${LENDING}/portfolio`

/** Which parts of the API an event touches: by the beginning of its name, the beginnings of paths. */
const TOUCHED: [string, string[]][] = [
  // A question and an answer are decisions too.
  ["kernel.decision.", ["/api/admin/autonomous-business/status", "/api/v1/approvals"]],
  ["kernel.approval.", ["/api/v1/approvals", "/api/admin/autonomous-business/status"]],
  ["kernel.alert.", ["/api/admin/autonomous-business/alerts", "/api/admin/autonomous-business/status"]],
  ["kernel.effect.", ["/api/v1/effects"]],
  ["kernel.policy.", ["/api/v1/policies", "/api/v1/lists"]],
  ["kernel.list.", ["/api/v1/lists", "/api/v1/policies/{kind}/vocabulary"]],
  ["kernel.mute.", ["/api/v1/mutes"]],
  ["kernel.component.", ["/api/v1/components", "/api/admin/autonomous-business/status"]],
  ["kernel.switch.", ["/api/admin/autonomous-business/status", "/api/admin/autonomous-business/config"]],
  ["kernel.control.", ["/api/admin/autonomous-business/status", "/api/v1/components"]],
  ["kernel.configuration.", ["/api/admin/autonomous-business/config"]],
  ["kernel.task.", ["/api/v1/tasks", "/api/admin/autonomous-business/daily-tasks"]],
  ["kernel.person.", ["/api/v1/privacy"]],
  ["kernel.consent.", ["/api/v1/privacy/consents"]],
  ["kernel.hold.", ["/api/v1/privacy"]],
  ["kernel.retention.", ["/api/v1/privacy"]],
  ["kernel.evidence.", ["/api/v1/evidence"]],
  ["lending.product.", ["/api/v1/lending/products"]],
  // What happens to a loan is booked, may put it in or out of the collectors' queue, and moves the portfolio's figures.
  ["lending.loan.", [LOANS, LEDGER, COLLECTIONS, PORTFOLIO, APPLICATIONS]],
  ["lending.payment.", [LOANS, LEDGER, COLLECTIONS, PORTFOLIO]],
  ["lending.transaction.", [LOANS, LEDGER, COLLECTIONS, PORTFOLIO]],
  ["lending.tranche.", [LOANS, LEDGER, OFFERS, APPLICATIONS]],
  ["lending.offer.", [OFFERS, APPLICATIONS]],
  ["lending.condition.", [APPLICATIONS]],
  ["lending.index_rate.", [`${LENDING}/index-rates`, LOANS]],
  ["lending.account.", [LEDGER]],
  ["lending.period.", [LEDGER]],
  ["lending.letter.", [`${LENDING}/letters`, `${LENDING}/notices`]],
  ["lending.letter_settings.", [`${LENDING}/letters`, `${LENDING}/notices`]],
  ["lending.borrower_link.", [`${LOANS}/{loan_id}/links`, `${APPLICATIONS}/links`]],
  ["lending.collection.", [COLLECTIONS]],
  ["lending.contact.", [COLLECTIONS]],
  ["lending.promise.", [COLLECTIONS]],
  ["lending.hardship.", [COLLECTIONS, LOANS]],
  ["analytics.dataset.", [`${ANALYTICS}/datasets`]],
  ["analytics.model.", [`${ANALYTICS}/models`, `${ANALYTICS}/dashboard`]],
  ["analytics.predictions.", [`${ANALYTICS}/predictions`, `${ANALYTICS}/dashboard`]],
  ["analytics.feedback.", [`${ANALYTICS}/predictions`]],
  ["analytics.performance.", [`${ANALYTICS}/models`, `${ANALYTICS}/dashboard`]],
  ["analytics.forecast.", [`${ANALYTICS}/predictive`]],
  ["analytics.anomaly.", [`${ANALYTICS}/anomalies`, `${ANALYTICS}/dashboard`]],
  ["analytics.detector.", [`${ANALYTICS}/anomalies`]],
  ["analytics.metric.", [`${ANALYTICS}/metrics`, `${ANALYTICS}/anomalies`]],
  ["lending.model.", ["/api/v1/lending/models"]],
  ["kernel.secret.", ["/api/v1/vault"]],
  ["kernel.vault.", ["/api/v1/vault"]],
  ["access.", ["/api/v1/access"]],
  ["kernel.organization.", ["/api/v1/organization", "/api/v1/access/me", "/api/admin/autonomous-business/status"]],
]

/** Paths of the API whose answers are stale after an event of this name. */
export const touchedBy = (name: string): string[] =>
  TOUCHED.filter(([prefix]) => name.startsWith(prefix)).flatMap(([, paths]) => paths)

let state: State = { link: "connecting", recent: [], fresh: 0 }
const listeners = new Set<() => void>()
const set = (change: Partial<State>) => {
  state = { ...state, ...change }
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useLive = <T>(pick: (state: State) => T): T => useSyncExternalStore(subscribe, () => pick(state))
export const clearFresh = () => set({ fresh: 0 })

const watchers = new Set<(event: LiveEvent) => void>()
/** Be told of every event as it comes; returns how to stop. */
export function watchEvents(watcher: (event: LiveEvent) => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** Connect the cache to the organisation's events; returns how to disconnect. */
export function connect(client: QueryClient): () => void {
  const organization = chosenOrganization() ?? ""
  const stop = new AbortController()
  const channel = new BroadcastChannel(`live-${organization}`)
  const stale = new Set<string>()
  let leading = false
  let last = ""

  const flush = () => {
    if (!stale.size || document.hidden) return
    const paths = [...stale]
    stale.clear()
    void client.invalidateQueries({
      predicate: ({ queryKey }) =>
        paths.some((path) => typeof queryKey[1] === "string" && queryKey[1].startsWith(path)),
    })
  }
  const take = (events: LiveEvent[]) => {
    for (const event of events) {
      for (const path of touchedBy(event.name)) stale.add(path)
      for (const watcher of watchers) watcher(event)
    }
    const decided = events.filter((event) => event.name === "kernel.decision.made").length
    set({ recent: [...events.toReversed(), ...state.recent].slice(0, KEPT), fresh: state.fresh + decided })
  }
  const link = (next: Link) => {
    // What happened while nobody listened is not known: everything on show is asked for again.
    if (next === "live" && state.link === "lost") void client.invalidateQueries()
    set({ link: next })
    if (leading) channel.postMessage({ type: "link", link: next, last } satisfies Shared)
  }

  channel.onmessage = ({ data }: MessageEvent<Shared>) => {
    if (data.type === "hello") {
      if (leading) channel.postMessage({ type: "link", link: state.link, last } satisfies Shared)
      return
    }
    last = data.last
    if (data.type === "link") link(data.link)
    else take(data.events)
  }
  channel.postMessage({ type: "hello" } satisfies Shared)

  const lead = async () => {
    leading = true
    for (let attempt = 0; !stop.signal.aborted; attempt += 1) {
      try {
        const headers: Record<string, string> = {
          ...(organization && { "X-Organization": organization }),
          ...(last && { "Last-Event-ID": last }),
        }
        const answer = await readStream(
          "/api/v1/events",
          headers,
          stop.signal,
          () => {
            attempt = 0
            link("live")
          },
          (messages) => {
            const events: LiveEvent[] = []
            for (const message of messages) {
              if (message.id) last = message.id
              if (message.data && message.name !== "end") events.push(JSON.parse(message.data))
            }
            if (events.length) take(events)
            channel.postMessage({ type: "events", events, last } satisfies Shared)
          },
        )
        // A cursor from before a restore is of another epoch: begin anew. No right to listen: nothing to try again.
        if (answer.status === 409 || answer.status === 422) last = ""
        if (answer.status === 401 || answer.status === 403) void client.invalidateQueries()
      } catch {
        // The connection broke; tried again below.
      }
      if (stop.signal.aborted) return
      if (attempt > 0) link("lost")
      await wait(RETRY_MILLISECONDS[Math.min(attempt, RETRY_MILLISECONDS.length - 1)]!, stop.signal)
    }
  }
  // Without the lock API every tab leads itself.
  if ("locks" in navigator)
    void navigator.locks.request(`live-${organization}`, { signal: stop.signal }, lead).catch(() => undefined)
  else void lead()

  const timer = setInterval(flush, FLUSH_MILLISECONDS)
  document.addEventListener("visibilitychange", flush)
  return () => {
    stop.abort()
    clearInterval(timer)
    document.removeEventListener("visibilitychange", flush)
    channel.close()
    set({ link: "connecting", recent: [], fresh: 0 })
  }
}

/** Wait, or until the browser says that the network is back. */
const wait = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener("online", done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    addEventListener("online", done, { once: true })
    signal.addEventListener("abort", done, { once: true })
  })
