/** What a person does with alerts. The lists on show follow at once; a refusal puts them back. */
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query"
import { api, once } from "@/api/client"
import { toast, toastError } from "@/ui/toast"
import { ALERTS, type Alert } from "./queries"

const STATUS = "/api/admin/autonomous-business/status"

interface Listed {
  items: Alert[]
}

/** Whether a cached answer is a list of alerts. */
const isList = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[1] === ALERTS

const refresh = (client: QueryClient) =>
  client.invalidateQueries({
    predicate: ({ queryKey }) =>
      typeof queryKey[1] === "string" && (queryKey[1].startsWith(ALERTS) || queryKey[1] === STATUS),
  })

const put = (client: QueryClient, changed: Alert) =>
  client.setQueriesData<Listed>(
    { predicate: isList },
    (list) => list && { ...list, items: list.items.map((row) => (row.id === changed.id ? changed : row)) },
  )

export type Ending = "resolved" | "cleared"
export type Acting = ReturnType<typeof useActing>

/** `send` hides a row that the reader sends away; `bring` shows it again when that was refused. */
export function useActing({ send, bring }: { send: (ids: string[]) => void; bring: (ids: string[]) => void }) {
  const client = useQueryClient()
  const onError = (error: unknown) => {
    toastError(error)
    void refresh(client)
  }
  const settle = (changed: Alert | undefined) => {
    if (changed) put(client, changed)
    return refresh(client)
  }
  const path = (id: string) => ({ params: { path: { alert_id: id } }, headers: once() })

  const acknowledge = useMutation({
    mutationFn: async (ids: string[]) => {
      for (const id of ids) {
        const { data } = await api.POST(`${ALERTS}/{alert_id}/acknowledge`, path(id))
        if (data) put(client, data)
      }
    },
    onSuccess: (_, ids) => {
      toast(ids.length === 1 ? "Acknowledged" : `${ids.length} acknowledged`)
      return refresh(client)
    },
    onError,
  })
  const assign = useMutation({
    mutationFn: async ({ id, userId }: { id: string; userId: string | null }) =>
      (await api.POST(`${ALERTS}/{alert_id}/assign`, { ...path(id), body: { user_id: userId } })).data,
    onSuccess: settle,
    onError,
  })
  const wake = useMutation({
    mutationFn: async (id: string) => (await api.POST(`${ALERTS}/{alert_id}/wake`, path(id))).data,
    onSuccess: (changed, id) => {
      bring([id])
      return settle(changed)
    },
    onError,
  })
  const snooze = useMutation({
    mutationFn: async ({ id, until }: { id: string; until: Date }) =>
      (await api.POST(`${ALERTS}/{alert_id}/snooze`, { ...path(id), body: { until: until.toISOString() } })).data,
    onMutate: ({ id }) => send([id]),
    onSuccess: (_, { id }) => {
      toast("Snoozed: it comes back by itself, or when it grows worse", {
        action: { label: "Wake", run: () => wake.mutate(id) },
      })
      return refresh(client)
    },
    onError: (error, { id }) => {
      bring([id])
      onError(error)
    },
  })
  const end = async (ids: string[] | null, state: Ending, note: string, severity?: Alert["severity"][]) => {
    const { data } = await api.POST(`${ALERTS}/end`, {
      headers: once(),
      body: { alert_ids: ids, state, note, severity: severity ?? [] },
    })
    const ended = data?.ended ?? []
    send(ended)
    const done = state === "resolved" ? "resolved" : "cleared"
    const missed = ids ? ids.length - ended.length : 0
    toast(ended.length === 1 ? `1 alert ${done}` : `${ended.length} alerts ${done}`, {
      detail: missed > 0 ? `${missed} had ended already.` : data?.more ? "More are left: do it once more." : undefined,
    })
    await refresh(client)
  }
  return { acknowledge, assign, wake, snooze, end }
}
