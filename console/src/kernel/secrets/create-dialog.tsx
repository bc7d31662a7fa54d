import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once } from "@/api/client"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { FormError } from "@/ui/form-parts"
import { toast } from "@/ui/toast"
import { DestinationsField, LifeField, lifeOf, momentOfLife, ValueField } from "./fields"
import { secretsChanged } from "./queries"
import { readDestinations } from "./wording"

const FIELDS = ["name", "connection", "destinations", "value", "rotate_after", "expires_at"]

/** Keep a secret: its value is typed here and is never shown again. */
export function CreateDialog({ onClose, onKept }: { onClose: () => void; onKept: (id: string) => void }) {
  const client = useQueryClient()
  const [name, setName] = useState("")
  const [connection, setConnection] = useState("")
  const [destinations, setDestinations] = useState("")
  const [value, setValue] = useState("")
  const [reminder, setReminder] = useState({ ...lifeOf(null), choice: "90" })
  const [end, setEnd] = useState(lifeOf(null))
  const [key, setKey] = useState(() => crypto.randomUUID())
  const create = useMutation({
    mutationFn: async () =>
      (
        await api.POST("/api/v1/vault/secrets", {
          body: {
            name: name.trim(),
            connection: connection.trim(),
            destinations: readDestinations(destinations),
            value,
            rotate_after: momentOfLife(reminder),
            expires_at: momentOfLife(end),
          },
          headers: once(key),
        })
      ).data!,
    onSuccess: async (secret) => {
      await secretsChanged(client)
      toast(`${secret.name} is kept`, { detail: "Nobody can read its value from now on; its connection uses it." })
      onKept(secret.id)
    },
    onError: () => setKey(crypto.randomUUID()),
  })
  const busy = create.isPending
  const errorOf = (field: string) => fieldError(create.error, field)
  return (
    <Dialog open onClose={onClose} title="Keep a secret">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <Field label="Name" hint="What people know it by, such as “Bank payouts”." error={errorOf("name")}>
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={100}
              required
              autoComplete="off"
              disabled={busy}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Connection"
          hint="The one thing that may use it, as kind and name: payouts:main. It cannot be changed later."
          error={errorOf("connection")}
        >
          {(control) => (
            <Input
              {...control}
              value={connection}
              required
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              className="mono"
              placeholder="payouts:main"
              disabled={busy}
              onChange={(event) => setConnection(event.target.value)}
            />
          )}
        </Field>
        <DestinationsField
          typed={destinations}
          onChange={setDestinations}
          error={errorOf("destinations")}
          disabled={busy}
        />
        <ValueField
          label="Value"
          hint="Typed once. It is encrypted at once, and no page or answer ever shows it."
          value={value}
          onChange={setValue}
          error={errorOf("value")}
          disabled={busy}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <LifeField
            label="Remind to renew"
            never="Do not remind"
            life={reminder}
            onChange={setReminder}
            error={errorOf("rotate_after")}
            disabled={busy}
          />
          <LifeField
            label="Expires"
            never="Never"
            life={end}
            onChange={setEnd}
            error={errorOf("expires_at")}
            disabled={busy}
          />
        </div>
        <FormError error={otherError(create.error, FIELDS)} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="solid"
            busy={busy}
            disabled={!name.trim() || !connection.trim() || value === ""}
          >
            Keep it
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
