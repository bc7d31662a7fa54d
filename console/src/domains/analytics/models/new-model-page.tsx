import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useEffect, useRef, useState } from "react"
import { api, once } from "@/api/client"
import { Checkbox } from "@/ui/field"
import { LeaveGuard } from "@/ui/leave-guard"
import { Page } from "@/ui/page"
import { toast } from "@/ui/toast"
import { bodyOf, emptyDraft } from "./form-values"
import { ModelForm } from "./model-form"
import { MODELS } from "./queries"
import { newModelRoute } from "./routes"
import { useModelForm } from "./use-model-form"

/** Say what is to be learnt, from which data. */
export function NewModelPage() {
  const search = newModelRoute.useSearch()
  const navigate = newModelRoute.useNavigate()
  const client = useQueryClient()
  const form = useModelForm(
    emptyDraft(search.dataset ? { dataset_id: search.dataset } : search.source ? { source: search.source } : null),
  )
  const [train, setTrain] = useState(true)
  useLeaveOutIds(form)
  // One key for one content: the same press twice makes one model.
  const intention = useRef({ key: crypto.randomUUID(), content: "" })
  const create = useMutation({
    mutationFn: async () => {
      const body = bodyOf(form.draft)
      const content = JSON.stringify(body)
      if (intention.current.content !== content) intention.current = { key: crypto.randomUUID(), content }
      const { data } = await api.POST(MODELS, { params: { header: once(intention.current.key) }, body })
      if (train)
        await api.POST(`${MODELS}/{model_id}/train`, {
          params: { path: { model_id: data!.id }, header: once() },
          body: { why: "The first training." },
        })
      return data!
    },
    onSuccess: (model) => {
      form.done()
      toast(train ? "It is made, and is being trained" : "It is made")
      void client.invalidateQueries({ queryKey: ["get", MODELS] })
      // After the guard has seen that nothing is left to lose.
      setTimeout(() => void navigate({ to: "/models/$modelId", params: { modelId: model.id } }))
    },
    onError: form.refuse,
  })
  return (
    <Page title="New model" lead="It is measured on rows it never saw before anything may answer.">
      <ModelForm
        draft={form.draft}
        faults={form.faults}
        rest={form.rest}
        busy={create.isPending}
        submit={train ? "Create and train" : "Create"}
        extra={
          <Checkbox label="Train it at once" checked={train} onChange={(event) => setTrain(event.target.checked)} />
        }
        onChange={form.change}
        onSubmit={() => form.check() && create.mutate()}
        onCancel={() => void navigate({ to: "/models" })}
      />
      <LeaveGuard
        changed={form.changed && !create.isPending}
        title="Leave without making the model?"
        confirm="Leave"
        danger
      >
        What was typed is lost.
      </LeaveGuard>
    </Page>
  )
}

/** Columns that name a case tell nothing of another: they are left out of a table that is chosen, and can be put back. */
function useLeaveOutIds({ draft, columns, change }: ReturnType<typeof useModelForm>) {
  const seen = useRef<string | null>(null)
  const source = JSON.stringify(draft.source)
  useEffect(() => {
    if (!columns || seen.current === source) return
    const before = seen.current
    seen.current = source
    const ids = columns.filter((each) => each.looksLikeId).map((each) => each.name)
    const known = new Set(columns.map((each) => each.name))
    const kept = (name: string | null) => (name !== null && known.has(name) ? name : null)
    if (ids.length > 0 || before !== null)
      change({
        excluded: ids,
        protected: [],
        target: kept(draft.target),
        time: kept(draft.time),
        group: kept(draft.group),
        series: kept(draft.series),
        positive: "",
      })
  }, [columns, source, draft, change])
}
