/** What a person does with a model. */
import { useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { api, once } from "@/api/client"
import { toast } from "@/ui/toast"
import type { AliasName } from "./alias"
import { MODELS, type Model } from "./queries"

export interface Deployment {
  version: number
  alias: AliasName
  share?: number
  reason: string
  accept_unvalidated: boolean
}

/** Each ends with the model as it then is on show; what fails is thrown to whoever asked. */
export function useModelActs(model: Model) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const refresh = () =>
    client.invalidateQueries({
      predicate: ({ queryKey }) => typeof queryKey[1] === "string" && queryKey[1].startsWith(MODELS),
    })
  const path = { model_id: model.id }
  return {
    refresh,
    train: async (why: string, deploy: boolean | undefined) => {
      await api.POST(`${MODELS}/{model_id}/train`, {
        params: { path, header: once() },
        body: { why, deploy_when_validated: deploy },
      })
      toast("It is being trained")
      await refresh()
    },
    deploy: async (wish: Deployment, key: string) => {
      await api.POST(`${MODELS}/{model_id}/deploy`, { params: { path, header: once(key) }, body: wish })
      toast(`Version ${wish.version} is ${wish.alias}`)
      await refresh()
    },
    rollBack: async (reason: string) => {
      const { data } = await api.POST(`${MODELS}/{model_id}/rollback`, {
        params: { path, header: once() },
        body: { reason },
      })
      toast(`Version ${data?.champion?.number} answers again`)
      await refresh()
    },
    takeAway: async (alias: AliasName, reason: string) => {
      await api.DELETE(`${MODELS}/{model_id}/aliases/{alias}`, {
        params: { path: { ...path, alias }, query: { reason } },
      })
      toast(`There is no ${alias} any more`)
      await refresh()
    },
    remove: async () => {
      await api.DELETE(`${MODELS}/{model_id}`, { params: { path } })
      toast(`${model.model_name} is removed`)
      void client.invalidateQueries({ queryKey: ["get", MODELS] })
      await navigate({ to: "/models" })
    },
    cancelTraining: async (taskId: string) => {
      await api.POST("/api/v1/tasks/{task_id}/cancel", { params: { path: { task_id: taskId } }, headers: once() })
      toast("The training ends before its next step")
      await refresh()
    },
  }
}
