import { useMutation, useQueryClient } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { api, once } from "@/api/client"
import { ApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { FormError } from "@/ui/form-parts"
import { actor } from "@/ui/format"
import { toast } from "@/ui/toast"
import { When } from "@/ui/when"
import { DestinationsField, LifeField, lifeOf, momentOfLife, ValueField } from "./fields"
import { secretsChanged } from "./queries"
import { nextReminder, readDestinations, type Secret } from "./wording"

const HOUR = 3_600
const GRACES = [
  { value: 0, label: "Not at all: the old value was stolen" },
  { value: HOUR, label: "For an hour" },
  { value: 24 * HOUR, label: "For a day" },
  { value: 7 * 24 * HOUR, label: "For a week" },
  { value: 30 * 24 * HOUR, label: "For 30 days" },
]

/** Send a change of `secret`; when somebody else changed it meanwhile it is asked for anew and what was typed stays. */
function useChange(send: (key: string) => Promise<unknown>, onDone: () => void) {
  const client = useQueryClient()
  const [key, setKey] = useState(() => crypto.randomUUID())
  return useMutation({
    mutationFn: () => send(key),
    onSuccess: async () => {
      await secretsChanged(client)
      onDone()
    },
    onError: (error) => {
      setKey(crypto.randomUUID())
      if (isOutrun(error)) void secretsChanged(client)
    },
  })
}

const isOutrun = (error: unknown) => error instanceof ApiError && error.code === "secret_changed_meanwhile"

/** Somebody was quicker: who, and what to do. */
const Outrun = ({ secret }: { secret: Secret }) => (
  <Notice tone="warn">
    <span role="alert">
      {actor(secret.changed_by)} changed it <When at={secret.changed_at} clock="system" className="text-inherit" />.
      What you typed is still here: look at it beside the new state, then send it again.
    </span>
  </Notice>
)

interface FormProps {
  title: string
  secret: Secret
  change: ReturnType<typeof useChange>
  fields: string[]
  ready: boolean
  confirm: string
  onClose: () => void
  children: ReactNode
}

const Form = ({ title, secret, change, fields, ready, confirm, onClose, children }: FormProps) => (
  <Dialog open onClose={onClose} title={title}>
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate()
      }}
    >
      {children}
      {isOutrun(change.error) ? <Outrun secret={secret} /> : <FormError error={otherError(change.error, fields)} />}
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" variant="solid" busy={change.isPending} disabled={!ready}>
          {confirm}
        </Button>
      </div>
    </form>
  </Dialog>
)

/** Give a secret a new value; the one before is given beside it for a time. */
export function RotateDialog({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  const [value, setValue] = useState("")
  const [grace, setGrace] = useState(24 * HOUR)
  const [reminder, setReminder] = useState(() => lifeOf(nextReminder(secret, new Date())))
  const [end, setEnd] = useState(() => lifeOf(secret.expired ? null : secret.expires_at))
  const change = useChange(
    (key) =>
      api.POST("/api/v1/vault/secrets/{secret_id}/rotate", {
        params: { path: { secret_id: secret.id } },
        body: {
          value,
          grace_seconds: grace,
          rotate_after: momentOfLife(reminder),
          expires_at: momentOfLife(end),
          revision: secret.revision,
        },
        headers: once(key),
      }),
    () => {
      toast(`${secret.name} has a new value`, { detail: "It is given from the next use on." })
      onClose()
    },
  )
  const busy = change.isPending
  return (
    <Form
      title={`Renew ${secret.name}`}
      {...{ secret, change, onClose }}
      fields={["value", "grace_seconds", "rotate_after", "expires_at"]}
      ready={value !== ""}
      confirm="Renew"
    >
      <p className="text-[13px] text-ink-2">Make the new credential at the provider first, then enter it here.</p>
      <ValueField
        label="New value"
        hint="Typed once; it is never shown again."
        value={value}
        onChange={setValue}
        error={fieldError(change.error, "value")}
        disabled={busy}
      />
      <Field
        label="Keep giving the old value"
        hint="To what signs or verifies, beside the new one. Then it is destroyed."
        error={fieldError(change.error, "grace_seconds")}
      >
        {(control) => (
          <Select {...control} value={grace} disabled={busy} onChange={(event) => setGrace(Number(event.target.value))}>
            {GRACES.map((each) => (
              <option key={each.value} value={each.value}>
                {each.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <LifeField
          label="Remind to renew"
          never="Do not remind"
          life={reminder}
          onChange={setReminder}
          error={fieldError(change.error, "rotate_after")}
          disabled={busy}
        />
        <LifeField
          label="Expires"
          never="Never"
          life={end}
          onChange={setEnd}
          error={fieldError(change.error, "expires_at")}
          disabled={busy}
        />
      </div>
    </Form>
  )
}

/** Change what a secret is called, where it may go and when it is to be renewed; not its value. */
export function ChangeDialog({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  const [name, setName] = useState(secret.name)
  const [destinations, setDestinations] = useState(secret.destinations.join("\n"))
  const [reminder, setReminder] = useState(() => lifeOf(secret.rotate_after))
  const [end, setEnd] = useState(() => lifeOf(secret.expires_at))
  const [first] = useState({ reminder, end })
  const change = useChange(
    (key) =>
      api.PUT("/api/v1/vault/secrets/{secret_id}", {
        params: { path: { secret_id: secret.id } },
        body: {
          name: name.trim(),
          destinations: readDestinations(destinations),
          // A moment that nobody touched stays as it is, to the second.
          ...(reminder !== first.reminder && { rotate_after: momentOfLife(reminder) }),
          ...(end !== first.end && { expires_at: momentOfLife(end) }),
          revision: secret.revision,
        },
        headers: once(key),
      }),
    () => {
      toast(`${name.trim()} was changed`)
      onClose()
    },
  )
  const busy = change.isPending
  const added = readDestinations(destinations).filter((each) => !secret.destinations.includes(each))
  return (
    <Form
      title={`Change ${secret.name}`}
      {...{ secret, change, onClose }}
      fields={["name", "destinations", "rotate_after", "expires_at"]}
      ready={name.trim() !== ""}
      confirm="Save"
    >
      <Field label="Name" error={fieldError(change.error, "name")}>
        {(control) => (
          <Input
            {...control}
            value={name}
            maxLength={100}
            required
            disabled={busy}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <DestinationsField
        typed={destinations}
        onChange={setDestinations}
        error={fieldError(change.error, "destinations")}
        disabled={busy}
      />
      {added.length > 0 && (
        <Notice tone="warn">
          From now on the value may also be sent to <span className="font-medium">{added.join(", ")}</span>.
        </Notice>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <LifeField
          label="Remind to renew"
          never="Do not remind"
          life={reminder}
          onChange={setReminder}
          error={fieldError(change.error, "rotate_after")}
          disabled={busy}
        />
        <LifeField
          label="Expires"
          never="Never"
          life={end}
          onChange={setEnd}
          error={fieldError(change.error, "expires_at")}
          disabled={busy}
        />
      </div>
    </Form>
  )
}
