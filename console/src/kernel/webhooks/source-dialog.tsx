import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { api, once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Copy } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { FormError } from "@/ui/form-parts"
import { words } from "@/ui/format"
import { SecretOnce } from "@/ui/secret-once"
import { toast } from "@/ui/toast"
import { mappingOf, rowsOf } from "./mapping"
import { MappingFields } from "./mapping-fields"
import { intakesQuery, refresh, type Source } from "./queries"

export const SCHEMES: Record<Source["scheme"], string> = {
  standard: "Standard Webhooks",
  plain: "HMAC of the body, as GitHub",
  timed: "Time and HMAC, as Stripe",
}
export const addressOf = (source: Source) => `${location.origin}${source.path}`

/** Add who may send in, with the address to give them and the secret once; or change it. */
export default function SourceDialog({ source, onClose }: { source: Source | null; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate({ from: "/settings/$section" })
  const intakes = useQuery(intakesQuery)
  const [name, setName] = useState(source?.name ?? "")
  const [scheme, setScheme] = useState<Source["scheme"]>(source?.scheme ?? "standard")
  const [header, setHeader] = useState(source?.header ?? "")
  const [kind, setKind] = useState(source?.kind ?? "")
  const [rows, setRows] = useState(() => rowsOf(source?.mapping ?? {}))
  const [secret, setSecret] = useState("")
  const [key, setKey] = useState(() => crypto.randomUUID())
  const save = useMutation({
    mutationFn: async () => {
      const body = {
        name: name.trim(),
        scheme,
        header: scheme !== "standard" && header.trim() ? header.trim() : null,
        kind: kind || null,
        mapping: kind ? mappingOf(rows) : {},
      }
      if (source) {
        await api.PUT("/api/v1/webhooks/sources/{webhook_source_id}", {
          params: { path: { webhook_source_id: source.id } },
          body: { ...body, revision: source.revision, enabled: source.state === "enabled" },
        })
        return null
      }
      const sent = { ...body, enabled: true, secret: secret || null }
      return (await api.POST("/api/v1/webhooks/sources", { body: sent, headers: once(key) })).data!
    },
    onSuccess: async (made) => {
      setSecret("")
      if (!made) {
        toast("The source is saved")
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
      void navigate({ search: { tab: "incoming", of: made.id } })
    }
    return (
      <Dialog open onClose={open} title={`${made.name} is added`}>
        <div className="flex flex-col gap-4">
          <div>
            <p className="mb-1 text-xs font-medium text-ink-2">Address for the sender</p>
            <Copy text={addressOf(made)} label="Copy the address" />
          </div>
          {made.secret ? (
            <SecretOnce label="Secret" secret={made.secret}>
              Copy it now and give it to the sender, who signs with it: it is not shown again.
            </SecretOnce>
          ) : (
            <p className="text-[13px] text-ink-2">The sender's secret is in the vault.</p>
          )}
          <div className="flex justify-end">
            <Button variant="solid" onClick={open}>
              Done
            </Button>
          </div>
        </div>
      </Dialog>
    )
  }
  const mappingError =
    fieldError(save.error, "mapping") ??
    (save.error && asApiError(save.error).field?.startsWith("mapping") ? asApiError(save.error).sentence : null)
  return (
    <Dialog open onClose={onClose} title={source ? `Edit ${source.name}` : "Add a source"} wide>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Field label="Name" hint="Who sends, such as “Partner shop”." error={fieldError(save.error, "name")}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={100}
              value={name}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Signed by" error={fieldError(save.error, "scheme")}>
            {(control) => (
              <Select
                {...control}
                value={scheme}
                onChange={(event) => setScheme(event.target.value as Source["scheme"])}
              >
                {Object.entries(SCHEMES).map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {scheme !== "standard" && (
            <Field
              label="Header (optional)"
              hint="Where the signature stands."
              error={fieldError(save.error, "header")}
            >
              {(control) => (
                <Input
                  {...control}
                  value={header}
                  placeholder={scheme === "plain" ? "X-Hub-Signature-256" : "Stripe-Signature"}
                  autoComplete="off"
                  onChange={(event) => setHeader(event.target.value)}
                />
              )}
            </Field>
          )}
          {!source && (
            <Field
              label={scheme === "standard" ? "Secret of the sender (optional)" : "Secret of the sender"}
              hint={scheme === "standard" ? "Leave empty, and one is made and shown once." : "As the sender gave it."}
              error={fieldError(save.error, "secret")}
            >
              {(control) => (
                <Input
                  {...control}
                  type="password"
                  autoComplete="new-password"
                  maxLength={500}
                  required={scheme !== "standard"}
                  value={secret}
                  onChange={(event) => setSecret(event.target.value)}
                />
              )}
            </Field>
          )}
          <Field label="A message becomes" error={fieldError(save.error, "kind")}>
            {(control) => (
              <Select {...control} value={kind} onChange={(event) => setKind(event.target.value)}>
                <option value="">An event: kept and told</option>
                {intakes.data?.map((each) => (
                  <option key={each} value={each}>
                    A proposal: {words(each)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        {kind && <MappingFields rows={rows} error={mappingError} onChange={setRows} />}
        <FormError
          error={mappingError ? null : otherError(save.error, ["name", "scheme", "header", "secret", "kind"])}
        />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={save.isPending} disabled={!name.trim()}>
            {source ? "Save" : "Add"}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
