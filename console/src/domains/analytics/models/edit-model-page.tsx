import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useState } from "react"
import { api } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { LeaveGuard } from "@/ui/leave-guard"
import { Page } from "@/ui/page"
import { Fetched } from "@/ui/states"
import { toast } from "@/ui/toast"
import { bodyOf, draftOf } from "./form-values"
import { ModelForm } from "./model-form"
import { MODELS, type Model, modelQuery } from "./queries"
import { editModelRoute } from "./routes"
import { useModelForm } from "./use-model-form"

/** Change what a model learns; versions trained before stay as they are. */
export function EditModelPage() {
  const { modelId } = editModelRoute.useParams()
  const model = useQuery(modelQuery(modelId))
  return (
    <Page
      title={model.data ? `Edit ${model.data.model_name}` : "Edit a model"}
      lead="What answers stays as it is until the model is trained again."
    >
      <Fetched query={model}>{(data) => <Editor model={data} />}</Fetched>
    </Page>
  )
}

function Editor({ model }: { model: Model }) {
  const navigate = editModelRoute.useNavigate()
  const client = useQueryClient()
  const form = useModelForm(draftOf(model))
  // As it was when the form was filled in: what is read later may hold what somebody else changed.
  const [seen] = useState(model.revision)
  const back = () => void navigate({ to: "/models/$modelId", params: { modelId: model.id } })
  const save = useMutation({
    mutationFn: async (revision: number) => {
      await api.PUT(`${MODELS}/{model_id}`, {
        params: { path: { model_id: model.id } },
        body: { ...bodyOf(form.draft), revision },
      })
    },
    onSuccess: async () => {
      form.done()
      toast("Saved; it counts from the next training on")
      await client.invalidateQueries({
        predicate: ({ queryKey }) => typeof queryKey[1] === "string" && queryKey[1].startsWith(MODELS),
      })
      setTimeout(back)
    },
    onError: (thrown) => {
      form.refuse(thrown)
      if (asApiError(thrown).status === 409)
        void client.invalidateQueries({ queryKey: ["get", `${MODELS}/{model_id}`] })
    },
  })
  const outdated = save.error && asApiError(save.error).status === 409 && form.rest
  return (
    <>
      <ModelForm
        draft={form.draft}
        faults={form.faults}
        rest={outdated ? null : form.rest}
        busy={save.isPending}
        submit="Save"
        fixedType
        onChange={form.change}
        onSubmit={() => form.check() && save.mutate(seen)}
        onCancel={back}
      />
      {outdated && (
        <Notice tone="warn">
          <p role="alert">{form.rest} What you typed is still here.</p>
          <p className="mt-2 flex gap-2">
            <Button size="sm" asChild>
              <Link to="/models/$modelId" params={{ modelId: model.id }} target="_blank">
                Look at the new state
              </Link>
            </Button>
            <Button size="sm" onClick={() => save.mutate(model.revision)} busy={save.isPending}>
              Save mine over it
            </Button>
          </p>
        </Notice>
      )}
      <LeaveGuard changed={form.changed && !save.isPending} title="Leave without saving?" confirm="Leave" danger>
        What was changed is lost.
      </LeaveGuard>
    </>
  )
}
