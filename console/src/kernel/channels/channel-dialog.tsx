import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once } from "@/api/client"
import { ApiError } from "@/api/problem"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { FormError } from "@/ui/form-parts"
import { SecretOnce } from "@/ui/secret-once"
import { Fetched } from "@/ui/states"
import { toast } from "@/ui/toast"
import { fieldsOf, settingsOf, written } from "./form-schema"
import { KINDS } from "./kinds"
import { CHANNELS, type Channel, type Kind, kindsQuery, RULES, refresh } from "./queries"
import { SchemaFields } from "./schema-fields"

interface Props {
  /** The channel to change; null for a new one. */
  channel: Channel | null
  onClose: () => void
  onTest: (channel: Channel) => void
}

/** Add a channel, or change one: the kind, where it sends, and its secret, which is entered once. */
export default function ChannelDialog({ channel, onClose, onTest }: Props) {
  const kinds = useQuery(kindsQuery)
  const [chosen, setChosen] = useState<Channel["kind"] | null>(channel?.kind ?? null)
  const kind = kinds.data?.find((each) => each.kind === chosen)
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title={channel ? `Edit ${channel.name}` : kind ? `Add ${KINDS[kind.kind].label}` : "Add a channel"}
    >
      <Fetched query={kinds}>
        {() =>
          kind ? (
            <ChannelForm
              kind={kind}
              channel={channel}
              onBack={channel ? onClose : () => setChosen(null)}
              onClose={onClose}
              onTest={onTest}
            />
          ) : (
            <Kinds onChoose={setChosen} />
          )
        }
      </Fetched>
    </Dialog>
  )
}

function Kinds({ onChoose }: { onChoose: (kind: Channel["kind"]) => void }) {
  return (
    <ul className="grid gap-2 sm:grid-cols-2">
      {(Object.keys(KINDS) as Channel["kind"][]).map((kind) => {
        const { label, icon: Icon, lead } = KINDS[kind]
        return (
          <li key={kind}>
            <button
              type="button"
              onClick={() => onChoose(kind)}
              className="flex h-full w-full items-start gap-3 rounded-control border bg-surface p-3 text-left shadow-card hover:border-line-strong hover:bg-sunken"
            >
              <Icon aria-hidden className="mt-0.5 size-4 text-ink-3" />
              <span>
                <span className="block text-[13px] font-medium">{label}</span>
                <span className="block text-xs text-ink-3">{lead}</span>
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function ChannelForm({
  kind,
  channel,
  onBack,
  onClose,
  onTest,
}: Omit<Props, "channel"> & { kind: Kind; channel: Channel | null; onBack: () => void }) {
  const client = useQueryClient()
  const fields = fieldsOf(kind.settings_schema)
  const [name, setName] = useState(channel?.name ?? KINDS[kind.kind].label)
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(Object.entries(channel?.settings ?? {}).map(([field, value]) => [field, written(value)])),
  )
  const [secret, setSecret] = useState("")
  const [key, setKey] = useState(() => crypto.randomUUID())
  const save = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim(), settings: settingsOf(fields, values), secret: secret || null }
      if (channel)
        return {
          made: null,
          ...(
            await api.PUT("/api/v1/channels/{channel_id}", {
              params: { path: { channel_id: channel.id } },
              body: { revision: channel.revision, ...body },
            })
          ).data!,
        }
      const made = (await api.POST(CHANNELS, { body: { kind: kind.kind, ...body }, headers: once(key) })).data!
      return { ...made, made }
    },
    onSuccess: async () => {
      setSecret("")
      if (channel) {
        toast(`${name.trim()} is saved`)
        onClose()
      }
      await refresh(client, CHANNELS, RULES)
    },
    onError: (error) => {
      setKey(crypto.randomUUID())
      if (error instanceof ApiError && error.status === 409) void refresh(client, CHANNELS)
    },
  })
  const made = save.data?.made
  if (made)
    return (
      <div className="flex flex-col gap-4">
        {made.signing_secret ? (
          <SecretOnce label="Signing secret" secret={made.signing_secret}>
            Copy it now and give it to the receiver: it is not shown again. With it the receiver knows that a message is
            ours.
          </SecretOnce>
        ) : (
          <p className="text-[13px] text-ink-2">
            {made.name} is connected. Its secret is in the vault and is not shown again.
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Done
          </Button>
          <Button variant="solid" onClick={() => onTest(made)}>
            Send a test message
          </Button>
        </div>
      </div>
    )
  const named = ["name", "secret", ...fields.flatMap((field) => listed(field.name))]
  const needed = kind.secret === "always" && !channel?.has_secret
  const password = kind.secret === "with_username"
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Field label="Name" hint="As people know it, such as “Night shift”." error={fieldError(save.error, "name")}>
        {(control) => (
          <Input
            {...control}
            value={name}
            maxLength={100}
            required
            autoComplete="off"
            disabled={save.isPending}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <SchemaFields
        fields={fields}
        values={values}
        error={save.error}
        disabled={save.isPending}
        onChange={(field, value) => setValues((now) => ({ ...now, [field]: value }))}
      />
      {(!password || values.username) && (
        <Field
          label={kind.secret_label}
          hint={
            channel?.has_secret
              ? "Leave empty to keep the one there is. To send to another host it is needed again."
              : kind.secret === "made_if_missing"
                ? "Leave empty, and one is made and shown to you once."
                : "Goes into the vault and is not shown again."
          }
          error={fieldError(save.error, "secret")}
        >
          {(control) => (
            <Input
              {...control}
              type="password"
              value={secret}
              required={needed}
              autoComplete="new-password"
              disabled={save.isPending}
              onChange={(event) => setSecret(event.target.value)}
            />
          )}
        </Field>
      )}
      <FormError error={otherError(save.error, named)} />
      <p className="text-xs text-ink-3">If a worker dies while it sends: {kind.sent_twice}</p>
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={onBack}>
          {channel ? "Cancel" : "Back"}
        </Button>
        <Button type="submit" variant="solid" busy={save.isPending} disabled={!name.trim()}>
          {channel ? "Save" : "Add"}
        </Button>
      </div>
    </form>
  )
}

const listed = (name: string) => [
  `settings.${name}`,
  ...Array.from({ length: 20 }, (_, at) => `settings.${name}.${at}`),
]
