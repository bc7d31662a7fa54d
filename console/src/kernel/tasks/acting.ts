/** What a person does with tasks and schedules. */
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { api, once } from "@/api/client"
import { toast, toastError } from "@/ui/toast"
import { TASKS } from "./queries"

const DAY = "/api/admin/autonomous-business/daily-tasks"

export function useActing() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const refresh = () =>
    client.invalidateQueries({
      predicate: ({ queryKey }) =>
        typeof queryKey[1] === "string" && (queryKey[1].startsWith(TASKS) || queryKey[1] === DAY),
    })
  const onError = (error: unknown) => {
    toastError(error)
    void refresh()
  }
  const path = (id: string) => ({ params: { path: { task_id: id } }, headers: once() })
  const schedulePath = (id: string) => ({ params: { path: { schedule_id: id } }, headers: once() })

  const cancel = async (id: string) => {
    const { data } = await api.POST(`${TASKS}/{task_id}/cancel`, path(id))
    toast(data?.state === "cancelled" ? "Cancelled" : "It ends before its next step")
    await refresh()
  }
  const retry = useMutation({
    mutationFn: async (id: string) => (await api.POST(`${TASKS}/{task_id}/retry`, path(id))).data,
    onSuccess: () => {
      toast("Queued again, from its beginning")
      return refresh()
    },
    onError,
  })
  const runNow = useMutation({
    mutationFn: async (id: string) =>
      (await api.POST(`${TASKS}/schedules/{schedule_id}/run-now`, schedulePath(id))).data,
    onSuccess: (task) => {
      toast("It is queued; the next run stays", {
        action: task && { label: "Show it", run: () => void navigate({ to: "/tasks", search: { peek: task.id } }) },
      })
      return refresh()
    },
    onError,
  })
  const pause = async (id: string) => {
    await api.POST(`${TASKS}/schedules/{schedule_id}/pause`, schedulePath(id))
    toast("Paused: nothing is begun by it until it is resumed", {
      action: { label: "Resume", run: () => resume.mutate(id) },
    })
    await refresh()
  }
  const resume = useMutation({
    mutationFn: async (id: string) => api.POST(`${TASKS}/schedules/{schedule_id}/resume`, schedulePath(id)),
    onSuccess: () => {
      toast("Resumed, from its next moment to come")
      return refresh()
    },
    onError,
  })
  return { cancel, retry, runNow, pause, resume }
}

export type Acting = ReturnType<typeof useActing>
