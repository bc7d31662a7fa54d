import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useRef, useState } from "react"
import { api, once, type Schema } from "@/api/client"
import { useMe } from "@/app/session"
import { Button } from "@/ui/button"
import { Confirm, Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { FormError } from "@/ui/form-parts"
import { SecretOnce } from "@/ui/secret-once"
import { toast } from "@/ui/toast"
import { RoleField } from "./role-field"
import { type Role, roleLabel } from "./roles"

type User = Schema["UserView"]
export type PersonAct = "role" | "reset" | "disable" | "enable" | "remove"

const LINK_MINUTES = 15
const absoluteLink = (path: string) => new URL(path, location.origin).href

/** Ask for people again after one was changed. */
function useChanged() {
  const client = useQueryClient()
  return () =>
    client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/v1/access/users") })
}

const LinkOnce = ({ path, who, onClose }: { path: string; who: string; onClose: () => void }) => (
  <>
    <SecretOnce label="One-time link" secret={absoluteLink(path)}>
      Hand this link to {who} by a way you trust. It works once, for {LINK_MINUTES} minutes, and is not shown again.
    </SecretOnce>
    <div className="mt-4 flex justify-end">
      <Button variant="solid" onClick={onClose}>
        Done
      </Button>
    </div>
  </>
)

/** Give somebody a place in the organisation; they come in by a one-time link. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const me = useMe()
  const changed = useChanged()
  const [email, setEmail] = useState("")
  const [name, setName] = useState("")
  const [role, setRole] = useState<Role>("operator")
  const [key, setKey] = useState(() => crypto.randomUUID())
  const invite = useMutation({
    mutationFn: async () =>
      (
        await api.POST("/api/v1/access/users", {
          body: { email: email.trim(), name: name.trim(), role },
          headers: once(key),
        })
      ).data!,
    onSuccess: (added) => {
      void changed()
      toast(`${added.user.name || added.user.email} was added as ${roleLabel(added.user.role).toLowerCase()}`)
    },
    onError: () => setKey(crypto.randomUUID()),
  })
  const added = invite.data
  return (
    <Dialog open onClose={onClose} title={added ? `${added.user.email} was added` : "Invite somebody"}>
      {added?.link ? (
        <LinkOnce path={added.link} who={added.user.name || added.user.email} onClose={onClose} />
      ) : added ? (
        <>
          <p className="text-[13px] text-ink-2">
            They have an account already and sign in as before; the organisation is now among their places.
          </p>
          <div className="mt-4 flex justify-end">
            <Button variant="solid" onClick={onClose}>
              Done
            </Button>
          </div>
        </>
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            invite.mutate()
          }}
        >
          <Field label="E-mail" error={fieldError(invite.error, "email")}>
            {(control) => (
              <Input
                {...control}
                type="email"
                value={email}
                maxLength={254}
                required
                autoComplete="off"
                disabled={invite.isPending}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Field label="Name (may be left empty)" error={fieldError(invite.error, "name")}>
            {(control) => (
              <Input
                {...control}
                value={name}
                maxLength={200}
                autoComplete="off"
                disabled={invite.isPending}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <RoleField
            own={me?.role ?? "read_only"}
            value={role}
            onChange={setRole}
            disabled={invite.isPending}
            error={fieldError(invite.error, "role")}
          />
          <FormError error={otherError(invite.error, ["email", "name", "role"])} />
          <p className="text-xs text-ink-3">No e-mail is sent: you get a one-time link to hand over.</p>
          <div className="flex justify-end gap-2">
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" variant="solid" busy={invite.isPending} disabled={!email.trim()}>
              Add and make the link
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

interface Props {
  user: User
  onClose: () => void
}

/** What one may do to somebody's place, each told with its consequences first. */
export function PersonDialog({ act, ...props }: Props & { act: PersonAct }) {
  if (act === "role") return <RoleDialog {...props} />
  if (act === "reset") return <ResetDialog {...props} />
  return <PlaceDialog act={act} {...props} />
}

function RoleDialog({ user, onClose }: Props) {
  const me = useMe()
  const changed = useChanged()
  const [role, setRole] = useState<Role>(user.role)
  const save = useMutation({
    mutationFn: () =>
      api.PUT("/api/v1/access/users/{user_id}/role", { params: { path: { user_id: user.id } }, body: { role } }),
    onSuccess: () => {
      toast(`${user.name || user.email} is now ${roleLabel(role).toLowerCase()}`)
      void changed()
      onClose()
    },
  })
  return (
    <Dialog open onClose={onClose} title={`Role of ${user.name || user.email}`}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <RoleField
          own={me?.role ?? "read_only"}
          value={role}
          onChange={setRole}
          disabled={save.isPending}
          error={fieldError(save.error, "role")}
        />
        <FormError error={otherError(save.error, ["role"])} />
        <p className="text-xs text-ink-3">It holds within a second, also in pages that are open.</p>
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={save.isPending} disabled={role === user.role}>
            Give this role
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function ResetDialog({ user, onClose }: Props) {
  const [link, setLink] = useState<string | null>(null)
  const made = useRef(false)
  const [key] = useState(() => crypto.randomUUID())
  const make = async () => {
    const { data } = await api.POST("/api/v1/access/users/{user_id}/reset-link", {
      params: { path: { user_id: user.id } },
      headers: once(key),
    })
    made.current = true
    setLink(data!.link)
  }
  const who = user.name || user.email
  if (link)
    return (
      <Dialog open onClose={onClose} title={`Link for ${who}`}>
        <LinkOnce path={link} who={who} onClose={onClose} />
      </Dialog>
    )
  return (
    <Confirm
      open
      // Closing after success must not take the link away.
      onClose={() => made.current || onClose()}
      title={`Make a link to a new password for ${who}?`}
      confirm="Make the link"
      onConfirm={make}
    >
      Whoever opens it chooses a new password; their other sessions then end. Until then nothing changes.
    </Confirm>
  )
}

const PLACE_ACTS = {
  disable: {
    title: (who: string) => `Disable ${who}?`,
    text: "All their sessions end within a second, and they cannot sign in, until somebody enables them again.",
    confirm: "Disable",
    done: (who: string) => `${who} is disabled`,
    danger: true,
  },
  enable: {
    title: (who: string) => `Enable ${who}?`,
    text: "They can sign in again, with the role they had.",
    confirm: "Enable",
    done: (who: string) => `${who} can sign in again`,
    danger: false,
  },
  remove: {
    title: (who: string) => `Remove ${who} from the organisation?`,
    text: "Their place here ends within a second. What they did stays on the record under their name; elsewhere they keep their places.",
    confirm: "Remove",
    done: (who: string) => `${who} was removed`,
    danger: true,
  },
}

function PlaceDialog({ act, user, onClose }: Props & { act: "disable" | "enable" | "remove" }) {
  const changed = useChanged()
  const [key] = useState(() => crypto.randomUUID())
  const who = user.name || user.email
  const wording = PLACE_ACTS[act]
  const run = async () => {
    const path = { user_id: user.id }
    if (act === "remove") await api.DELETE("/api/v1/access/users/{user_id}", { params: { path } })
    else if (act === "disable")
      await api.POST("/api/v1/access/users/{user_id}/disable", { params: { path }, headers: once(key) })
    else await api.POST("/api/v1/access/users/{user_id}/enable", { params: { path }, headers: once(key) })
    await changed()
    toast(wording.done(who))
  }
  return (
    <Confirm
      open
      onClose={onClose}
      title={wording.title(who)}
      confirm={wording.confirm}
      danger={wording.danger}
      onConfirm={run}
    >
      {wording.text}
    </Confirm>
  )
}
