import { useQuery, useQueryClient } from "@tanstack/react-query"
import { Plus } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { type ApiError, asApiError } from "@/api/problem"
import { useCan } from "@/app/session"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm, Dialog } from "@/ui/dialog"
import { Field, Input, Textarea } from "@/ui/field"
import { actor } from "@/ui/format"
import { Menu } from "@/ui/menu"
import { Fetched } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import type { Application } from "../queries"
import { aboutOffers, type Condition, conditionsQuery, versionQuery } from "./queries"
import { ConditionState } from "./states"

const ACTS: Record<Condition["state"], string> = {
  received: "It came in",
  approved: "It is met",
  waived: "Waive it…",
  pending: "Ask for it again",
}
const ORDER: Condition["state"][] = ["received", "approved", "waived", "pending"]

/** What must be there before money goes out: who said that it is, and what was let go. */
export function ConditionsCard({ application }: { application: Application }) {
  const can = useCan()
  const client = useQueryClient()
  const terms = useQuery({
    ...versionQuery(application.product, application.product_version),
    enabled: can("lending:loan:read"),
  }).data?.credit_terms
  const conditions = useQuery({ ...conditionsQuery(application.id), enabled: Boolean(terms) })
  const [adding, setAdding] = useState(false)
  const [waiving, setWaiving] = useState<Condition | null>(null)
  const mayServe = can("lending:loan:service")
  const refresh = () => client.invalidateQueries({ predicate: aboutOffers })
  if (!terms) return null
  const change = async (condition: Condition, state: Condition["state"], note?: string) => {
    await api.PATCH("/api/v1/lending/conditions/{condition_id}", {
      params: { path: { condition_id: condition.id } },
      body: { state, note: note ?? null, version: condition.version },
    })
    toast(`${condition.label}: ${state === "approved" ? "met" : state}`)
    await refresh()
  }
  const items = conditions.data?.items ?? []
  const open = items.filter(({ state }) => state === "pending" || state === "received").length
  const mayAdd = mayServe && ["submitted", "under_review", "referred", "approved"].includes(application.state)
  return (
    <Card
      title={
        <>
          Conditions{" "}
          {items.length > 0 && (
            <span className="num font-normal text-ink-3">
              {items.length - open} of {items.length} settled
            </span>
          )}
        </>
      }
      actions={
        mayAdd && (
          <Button size="sm" onClick={() => setAdding(true)}>
            <Plus /> Add
          </Button>
        )
      }
    >
      <Fetched query={conditions} rows={2}>
        {() =>
          items.length === 0 ? (
            <p className="text-[13px] text-ink-3">
              {terms.conditions.length > 0
                ? "The product's conditions are set when an offer is made."
                : "Nothing must be there before money goes out."}
            </p>
          ) : (
            <ul aria-label="Conditions" className="divide-y text-[13px]">
              {items.map((condition) => (
                <li
                  key={condition.id}
                  className="flex flex-wrap items-center gap-x-2 gap-y-1 py-2 first:pt-0 last:pb-0"
                >
                  <span className="min-w-0 flex-1 font-medium break-words">{condition.label}</span>
                  <ConditionState state={condition.state} />
                  {mayServe && condition.moves.length > 0 && (
                    <Menu
                      label={condition.label}
                      trigger={
                        <Button size="sm" aria-label={`Change ${condition.label}`}>
                          Change
                        </Button>
                      }
                      items={ORDER.filter(
                        (state) =>
                          condition.moves.includes(state) && (state !== "waived" || can("lending:loan:relieve")),
                      ).map((state) => ({
                        label: ACTS[state],
                        run: () =>
                          state === "waived"
                            ? setWaiving(condition)
                            : void change(condition, state).catch((error: unknown) => {
                                toastError(error)
                                void refresh()
                              }),
                      }))}
                    />
                  )}
                  {(condition.note || condition.state !== "pending") && (
                    <p className="w-full text-xs break-words text-ink-3">
                      {condition.note && <span className="text-ink-2">{condition.note} · </span>}
                      {actor(condition.changed_by)}, <When at={condition.updated_at} />
                    </p>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Fetched>
      {adding && <AddCondition application={application} onClose={() => setAdding(false)} onAdded={refresh} />}
      <Confirm
        open={waiving !== null}
        onClose={() => setWaiving(null)}
        title={`Waive "${waiving?.label ?? ""}"?`}
        confirm="Waive"
        danger
        reason
        onConfirm={async (reason) => waiving && change(waiving, "waived", reason)}
      >
        Money may go out without it. Who waived it and why stays on the record.
      </Confirm>
    </Card>
  )
}

/** A key that names a condition for programs, from what people call it. */
const keyOf = (label: string) =>
  label
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .slice(0, 63)

function AddCondition({
  application,
  onClose,
  onAdded,
}: {
  application: Application
  onClose: () => void
  onAdded: () => Promise<unknown>
}) {
  const [headers, setHeaders] = useState(once)
  const [label, setLabel] = useState("")
  const [note, setNote] = useState("")
  const [error, setError] = useState<ApiError | null>(null)
  const [busy, setBusy] = useState(false)
  const add = async () => {
    setBusy(true)
    setError(null)
    try {
      await api.POST("/api/v1/lending/applications/{application_id}/conditions", {
        params: { path: { application_id: application.id }, header: headers },
        body: { key: keyOf(label), label: label.trim(), note: note.trim() || null },
      })
      toast("Condition set")
      await onAdded()
      onClose()
    } catch (problem) {
      setError(asApiError(problem))
      setHeaders(once())
    } finally {
      setBusy(false)
    }
  }
  const field = error?.field?.split(".").at(-1)
  return (
    <Dialog open onClose={onClose} title="Add a condition">
      <form
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <Field
          label="What is asked for"
          hint="Such as: Proof of income"
          error={field === "label" || field === "key" ? error?.sentence : null}
        >
          {(control) => (
            <Input
              {...control}
              autoFocus
              maxLength={200}
              autoComplete="off"
              value={label}
              onChange={(event) => setLabel(event.target.value)}
            />
          )}
        </Field>
        <Field label="Note" hint="Optional; kept in the record." error={field === "note" ? error?.sentence : null}>
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              maxLength={2000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        {error && !["label", "key", "note"].includes(field ?? "") && (
          <Notice tone="bad">
            <span role="alert">{error.sentence}</span>
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={busy} disabled={keyOf(label) === ""}>
            Set the condition
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
