import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once } from "@/api/client"
import { useMe, useOrganization } from "@/app/session"
import { Copy } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { FormError } from "@/ui/form-parts"
import { Scroll } from "@/ui/scroll"
import { SecretOnce } from "@/ui/secret-once"
import { RoleField } from "./role-field"
import type { Role } from "./roles"

const DAY_MILLISECONDS = 86_400_000
const LIVES: { value: string; label: string }[] = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "on", label: "On a day of my choice" },
  { value: "", label: "Never" },
]
const day = (at: Date) => at.toISOString().slice(0, 10)

/** Create an API key; then its secret, this once, with a call to try it with. */
export function KeyDialog({ onClose }: { onClose: () => void }) {
  const me = useMe()
  const organization = useOrganization()
  const client = useQueryClient()
  const [name, setName] = useState("")
  const [role, setRole] = useState<Role>("operator")
  const [life, setLife] = useState("90")
  const [on, setOn] = useState(() => day(new Date(Date.now() + 90 * DAY_MILLISECONDS)))
  const [key, setKey] = useState(() => crypto.randomUUID())
  const create = useMutation({
    mutationFn: async () => {
      const expires_at =
        life === ""
          ? null
          : life === "on"
            ? new Date(`${on}T23:59:59`).toISOString()
            : new Date(Date.now() + Number(life) * DAY_MILLISECONDS).toISOString()
      return (
        await api.POST("/api/v1/access/keys", { body: { name: name.trim(), role, expires_at }, headers: once(key) })
      ).data!
    },
    onSuccess: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "/api/v1/access/keys" }),
    onError: () => setKey(crypto.randomUUID()),
  })
  const made = create.data
  if (made) {
    const example = `curl -H "Authorization: Bearer ${made.secret}" "${location.origin}/api/v1/access/me"`
    return (
      <Dialog open onClose={onClose} title={`API key ${made.key.name} was created`}>
        {made.secret ? (
          <div className="flex flex-col gap-4">
            <SecretOnce label="Secret" secret={made.secret}>
              Copy it now: it is not kept here and cannot be shown again. Whoever has it may do what its role may.
            </SecretOnce>
            <div>
              <div className="mb-1 flex items-center justify-between">
                <p className="text-xs font-medium text-ink-2">Try it</p>
                <Copy text={example} label="Copy the example">
                  {""}
                </Copy>
              </div>
              <Scroll label="Example of a call" className="overflow-x-auto rounded-control border bg-sunken p-2.5">
                <code className="mono text-xs whitespace-pre">{example}</code>
              </Scroll>
              <p className="mt-1 text-xs text-ink-3">
                It answers with who is asking: {organization?.name}, role and permissions.
              </p>
            </div>
          </div>
        ) : (
          <p className="text-[13px] text-ink-2">
            It was created, but its secret was shown before and is not kept. Revoke it and create another.
          </p>
        )}
        <div className="mt-4 flex justify-end">
          <Button variant="solid" onClick={onClose}>
            Done
          </Button>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog open onClose={onClose} title="Create an API key">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <Field label="Name" hint="What uses it, such as “Loan portal”." error={fieldError(create.error, "name")}>
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={100}
              required
              autoComplete="off"
              disabled={create.isPending}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <RoleField
          own={me?.role ?? "read_only"}
          value={role}
          onChange={setRole}
          disabled={create.isPending}
          error={fieldError(create.error, "role")}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Expires" error={life === "on" ? null : fieldError(create.error, "expires_at")}>
            {(control) => (
              <Select
                {...control}
                value={life}
                disabled={create.isPending}
                onChange={(event) => setLife(event.target.value)}
              >
                {LIVES.map((each) => (
                  <option key={each.value} value={each.value}>
                    {each.label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {life === "on" && (
            <Field label="Last day" error={fieldError(create.error, "expires_at")}>
              {(control) => (
                <Input
                  {...control}
                  type="date"
                  value={on}
                  min={day(new Date())}
                  required
                  disabled={create.isPending}
                  onChange={(event) => setOn(event.target.value)}
                />
              )}
            </Field>
          )}
        </div>
        <FormError error={otherError(create.error, ["name", "role", "expires_at"])} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={create.isPending} disabled={!name.trim()}>
            Create
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
