/** Giving answers, holding them, taking them back. Every answer names what was read by its digest. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query"
import { createElement, useRef } from "react"
import { api, once, type Schema } from "@/api/client"
import { useMe } from "@/app/session"
import { words } from "@/ui/format"
import { toast, toastError } from "@/ui/toast"
import { Countdown } from "./countdown"
import { type Draft, rememberReason, setDraft } from "./drafts"
import { forget, type Given, givenFor, remember } from "./given"
import { type Approval, type ApprovalDetail, detailQuery, HOLD_SECONDS, LIST_PATH } from "./queries"

export type Bulk = Schema["BulkView"]

const DONE = { approve: "Approved", decline: "Declined", amend: "Amended" } as const
export const doneWord = (verb: keyof typeof DONE) => DONE[verb]

/** Put what the server said about one case wherever it is shown. */
function show(client: QueryClient, view: Approval): void {
  client.setQueriesData<Schema["Page_ApprovalView_"]>({ queryKey: ["get", LIST_PATH] }, (page) =>
    page ? { ...page, items: page.items.map((each) => (each.id === view.id ? view : each)) } : page,
  )
  client.setQueryData<ApprovalDetail>(detailQuery(view.id).queryKey, (detail) =>
    detail ? { ...detail, ...view } : detail,
  )
}

export const refreshInbox = (client: QueryClient) =>
  client.invalidateQueries({
    predicate: ({ queryKey }) => typeof queryKey[1] === "string" && queryKey[1].startsWith(LIST_PATH),
  })

/** What a person can do with cases. `onReturn` is told which case is back on the table. */
export function useAnswering(onReturn: (id: string) => void) {
  const client = useQueryClient()
  const me = useMe()
  // The same words sent again after a broken connection are the same answer; anything else is a new one.
  const attempt = useRef<{ body: string; key: string }>(null)

  const takeBack = async (given: Given) => {
    forget(given)
    try {
      const { data } = await api.POST("/api/v1/approvals/take-back", {
        body: { approval_ids: given.ids },
        headers: once(),
      })
      const failed = data?.items.filter((item) => !item.ok) ?? []
      const [first] = failed
      if (first?.problem)
        toastError(
          new Error(first.problem.detail),
          failed.length === given.ids.length
            ? first.problem.detail
            : `${failed.length} of ${given.ids.length} could not be taken back`,
        )
      if (failed.length < given.ids.length) {
        const [id] = given.ids
        if (id && given.ids.length === 1) {
          if (given.draft) setDraft(id, given.draft)
          onReturn(id)
        }
        toast(given.ids.length === 1 ? "Taken back: the case waits again" : "Taken back: the cases wait again")
      }
    } catch (error) {
      toastError(error)
    }
    await refreshInbox(client)
  }

  const announce = (title: string, ids: string[], until: number, draft?: Draft) => {
    const given: Given = { ids, until, draft, dismiss: () => undefined }
    given.dismiss = toast(title, {
      detail: createElement(Countdown, { until, before: "Carried out in ", after: ". Press z to take it back." }),
      milliseconds: Math.max(1_000, until - Date.now()),
      action: { label: "Undo", run: () => void takeBack(given) },
    })
    remember(given)
  }

  const answer = async (detail: ApprovalDetail, draft: Draft) => {
    const reason = draft.reason.trim()
    const common = { digest: detail.digest, reason, hold_seconds: HOLD_SECONDS }
    const amended = { ...common, action: draft.action ?? null, parameters: draft.parameters }
    const sent = JSON.stringify([detail.id, draft.verb, amended])
    if (attempt.current?.body !== sent) attempt.current = { body: sent, key: crypto.randomUUID() }
    const init = { params: { path: { approval_id: detail.id } }, headers: once(attempt.current.key) }
    const { data } =
      draft.verb === "amend"
        ? await api.POST("/api/v1/approvals/{approval_id}/amend", { ...init, body: amended })
        : draft.verb === "approve"
          ? await api.POST("/api/v1/approvals/{approval_id}/approve", { ...init, body: common })
          : await api.POST("/api/v1/approvals/{approval_id}/decline", { ...init, body: common })
    attempt.current = null
    rememberReason(draft.verb, reason)
    setDraft(detail.id, undefined)
    const view = data as Approval | undefined
    if (view?.held) {
      show(client, view)
      const what = detail.reference ?? words(detail.kind)
      announce(`${DONE[draft.verb]}: ${what}`, [detail.id], Date.parse(view.held.until), draft)
    }
    void refreshInbox(client)
  }

  const answerMany = async (rows: Approval[], verb: "approve" | "decline", reason: string): Promise<Bulk> => {
    const { data } = await api.POST("/api/v1/approvals/bulk", {
      body: {
        answers: rows.map(({ id, digest }) => ({ approval_id: id, digest })),
        answer: verb,
        reason,
        hold_seconds: HOLD_SECONDS,
      },
      headers: once(),
    })
    rememberReason(verb, reason)
    const taken = data?.items.filter((item) => item.ok).map((item) => item.approval_id) ?? []
    if (data?.held_until && taken.length) {
      for (const row of rows)
        if (taken.includes(row.id) && me)
          show(client, {
            ...row,
            held: { answer: verb, by: me.label, until: data.held_until, reason, amended: null },
          })
      announce(
        `${DONE[verb]}: ${taken.length} ${taken.length === 1 ? "case" : "cases"}`,
        taken,
        Date.parse(data.held_until),
      )
    }
    void refreshInbox(client)
    return data ?? { items: [], held_until: null }
  }

  const release = async (id: string) => {
    const given = givenFor(id)
    if (given?.ids.length === 1) return takeBack(given)
    return takeBack({ ids: [id], until: 0, dismiss: () => undefined })
  }

  const assign = async (id: string, userId: string | null) => {
    const { data } = await api.POST("/api/v1/approvals/{approval_id}/assign", {
      params: { path: { approval_id: id } },
      body: { user_id: userId },
      headers: once(),
    })
    if (data) show(client, data)
  }

  return { answer, answerMany, takeBack, release, assign }
}

export type Answering = ReturnType<typeof useAnswering>
