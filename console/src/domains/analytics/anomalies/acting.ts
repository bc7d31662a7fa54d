/** What a person does with anomalies. What is on show follows at once; a refusal puts it back. */
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query"
import { api, once, type Schema } from "@/api/client"
import { ApiError, asApiError } from "@/api/problem"
import { actor } from "@/ui/format"
import { toast, toastError } from "@/ui/toast"
import { ANALYTICS, ANOMALIES, type AnomalyDetail, anomalyQuery, historyQuery } from "./queries"
import { type Anomaly, statesOf } from "./search"
import { stateWord } from "./words"

export type Change = Omit<Schema["AnomalyChangeBody"], "version">
export type Ending = "resolved" | "dismissed"
export type Acting = ReturnType<typeof useActing>

const CONFLICT = 409

interface Listed {
  items: Anomaly[]
}

const isList = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[1] === ANOMALIES

const refresh = (client: QueryClient, ids: string[]) =>
  Promise.all([
    client.invalidateQueries({
      predicate: ({ queryKey }) =>
        typeof queryKey[1] === "string" &&
        (queryKey[1].startsWith(ANOMALIES) || queryKey[1].startsWith(`${ANALYTICS}/dashboard`)),
    }),
    ...ids.map((id) => client.invalidateQueries(historyQuery(id))),
  ])

/** The anomaly as it now stands everywhere it is shown. */
function put(client: QueryClient, changed: AnomalyDetail) {
  client.setQueryData(anomalyQuery(changed.id).queryKey, changed)
  client.setQueriesData<Listed>(
    { predicate: isList },
    (list) => list && { ...list, items: list.items.map((row) => (row.id === changed.id ? changed : row)) },
  )
}

/** Whether an anomaly still belongs to the list that is on show. */
const leaves = (state: Anomaly["state"], standing: string) => {
  const states = statesOf(standing)
  return states !== undefined && !states.includes(state)
}

interface Options {
  /** Which list is on show. */
  standing: string
  /** Hide rows that the reader sends away. */
  send: (ids: string[]) => void
  onSent: (ids: string[]) => void
}

export function useActing({ standing, send, onSent }: Options) {
  const client = useQueryClient()

  /** After a conflict: fetch what it is now, and say who changed what. The next try is made upon that. */
  const conflict = async (id: string) => {
    const now = await client.fetchQuery({ ...anomalyQuery(id), staleTime: 0 })
    void refresh(client, [id])
    const held = now.assignee ? `, with ${now.assignee.name}` : ""
    return new ApiError(
      CONFLICT,
      "anomaly_changed",
      `${actor(now.updated_by)} changed it meanwhile: it is ${stateWord(now.state).toLowerCase()}${held} now.`,
      "What you typed is still here; do it again to go ahead all the same.",
    )
  }

  const write = async (id: string, change: Change): Promise<AnomalyDetail> => {
    const { queryKey } = anomalyQuery(id)
    const known = client.getQueryData<AnomalyDetail>(queryKey) ?? (await client.fetchQuery(anomalyQuery(id)))
    try {
      const { data } = await api.PUT(`${ANOMALIES}/{anomaly_id}`, {
        params: { path: { anomaly_id: id } },
        body: { ...change, version: known.version },
      })
      const changed = data!
      put(client, changed)
      if (leaves(changed.state, standing)) {
        send([id])
        onSent([id])
      }
      void refresh(client, [id])
      return changed
    } catch (error) {
      throw asApiError(error).status === CONFLICT ? await conflict(id) : error
    }
  }

  /** For acts without a dialog: shown as done before it is. */
  const quick = useMutation({
    mutationFn: ({ id, change }: { id: string; change: Change; expect: Partial<AnomalyDetail> }) => write(id, change),
    onMutate: ({ id, expect }) => {
      const { queryKey } = anomalyQuery(id)
      const before = client.getQueryData<AnomalyDetail>(queryKey)
      if (before) client.setQueryData(queryKey, { ...before, ...expect, version: before.version })
      return before
    },
    onError: (error, { id }, before) => {
      const now = client.getQueryData<AnomalyDetail>(anomalyQuery(id).queryKey)
      if (before && now?.version === before.version) put(client, before)
      toastError(error)
    },
  })

  const endGroup = async (
    row: Anomaly,
    state: Ending,
    resolution: string,
    feedback: Schema["GroupBody"]["feedback"],
  ) => {
    const { data } = await api.POST(`${ANOMALIES}/groups/{group_id}/resolve`, {
      params: { path: { group_id: row.group_id } },
      headers: once(),
      body: { state, resolution, feedback },
    })
    const ids = data?.items.map(({ id }) => id) ?? []
    if (standing !== "all") {
      send(ids)
      onSent(ids)
    }
    toast(ids.length === 1 ? `1 anomaly ${state}` : `${ids.length} anomalies ${state}`, {
      detail: "The alert about them has ended too.",
    })
    await refresh(client, ids)
  }

  return { write, quick, endGroup }
}
