import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { api, once } from "@/api/client"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { FormError } from "@/ui/form-parts"
import { SecretOnce } from "@/ui/secret-once"
import { toast } from "@/ui/toast"
import { EventsPicker } from "./events-picker"
import { type Endpoint, refresh } from "./queries"

/** Add an endpoint, whose secret is shown once, or change one. */
export default function EndpointDialog({ endpoint, onClose }: { endpoint: Endpoint | null; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate({ from: "/settings/$section" })
  const [url, setUrl] = useState(endpoint?.url ?? "")
  const [description, setDescription] = useState(endpoint?.description ?? "")
  const [events, setEvents] = useState(endpoint?.events ?? ["kernel.decision.made"])
  const [key, setKey] = useState(() => crypto.randomUUID())
  const save = useMutation({
    mutationFn: async () => {
      const body = { url: url.trim(), description: description.trim(), events }
      if (endpoint) {
        await api.PATCH("/api/v1/webhooks/endpoints/{endpoint_id}", {
          params: { path: { endpoint_id: endpoint.id } },
          body: { ...body, revision: endpoint.revision, resume: "now" },
        })
        return null
      }
      return (await api.POST("/api/v1/webhooks/endpoints", { body: { ...body, enabled: true }, headers: once(key) }))
        .data!
    },
    onSuccess: async (made) => {
      if (!made) {
        toast("The endpoint is saved")
        onClose()
      }
      await refresh(client)
    },
    onError: () => {
      setKey(crypto.randomUUID())
      void refresh(client)
    },
  })
  const made = save.data
  if (made) {
    const open = () => {
      onClose()
      void navigate({ search: { of: made.id } })
    }
    return (
      <Dialog open onClose={open} title="The endpoint is added">
        {made.secret ? (
          <SecretOnce label="Signing secret" secret={made.secret}>
            Copy it now and give it to the receiver: it is not shown again. With it the receiver checks that a message
            is ours, with any library of Standard Webhooks.
          </SecretOnce>
        ) : (
          <p className="text-[13px] text-ink-2">Its secret was shown before. Rotate it for another.</p>
        )}
        <div className="mt-4 flex justify-end">
          <Button variant="solid" onClick={open}>
            Done
          </Button>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog open onClose={onClose} title={endpoint ? "Edit the endpoint" : "Add an endpoint"} wide>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Field
          label="Address"
          hint="https:// and reachable from the internet, such as https://example.com/hooks."
          error={fieldError(save.error, "url")}
        >
          {(control) => (
            <Input
              {...control}
              type="url"
              required
              value={url}
              autoComplete="off"
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <Field label="What it is (optional)" error={fieldError(save.error, "description")}>
          {(control) => (
            <Input
              {...control}
              value={description}
              maxLength={500}
              placeholder="Our ledger"
              autoComplete="off"
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
        <EventsPicker chosen={events} error={fieldError(save.error, "events")} onChange={setEvents} />
        <FormError error={otherError(save.error, ["url", "description", "events"])} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={save.isPending} disabled={!url.trim() || events.length === 0}>
            {endpoint ? "Save" : "Add"}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
