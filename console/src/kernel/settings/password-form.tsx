import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { KeyRound } from "lucide-react"
import { useState } from "react"
import { api, once, query } from "@/api/client"
import { ApiError } from "@/api/problem"
import { useCan, useMe } from "@/app/session"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Field, Input } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { FormError } from "@/ui/form-parts"
import { count } from "@/ui/format"
import { toast, toastError } from "@/ui/toast"

const EMPTY = { current: "", password: "", again: "" }

/** Another password for oneself; all other sessions then end. */
export function PasswordForm() {
  const client = useQueryClient()
  const me = useMe()
  const can = useCan()
  const [typed, setTyped] = useState(EMPTY)
  const [mismatch, setMismatch] = useState(false)
  const sessions = useQuery(query.queryOptions("get", "/api/v1/access/sessions", { params: { query: { limit: 100 } } }))
  const people = useQuery(
    query.queryOptions("get", "/api/v1/access/users", undefined, { enabled: can("access:user:manage") }),
  )
  const none = people.data?.items.find((user) => user.id === me?.id)?.has_password === false
  const others = sessions.data?.items.filter((session) => !session.current).length ?? 0
  const change = useMutation({
    mutationFn: async () =>
      (await api.POST("/api/v1/access/password", { body: { current: typed.current, password: typed.password } })).data!,
    onSuccess: async ({ sessions_ended }) => {
      setTyped(EMPTY)
      toast("Password changed", {
        detail: sessions_ended
          ? `${count(sessions_ended)} other ${sessions_ended === 1 ? "session" : "sessions"} ended.`
          : "You had no other session.",
      })
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "/api/v1/access/sessions" })
    },
  })
  if (none) return <FirstPassword />
  const wrong = change.error instanceof ApiError && change.error.code === "sign_in_refused"
  const set = (part: Partial<typeof EMPTY>) => {
    setTyped((now) => ({ ...now, ...part }))
    setMismatch(false)
  }
  const field = (name: keyof typeof EMPTY, label: string, complete: string, error: string | null, hint?: string) => (
    <Field label={label} error={error} hint={hint}>
      {(control) => (
        <Input
          {...control}
          type="password"
          value={typed[name]}
          required
          autoComplete={complete}
          disabled={change.isPending}
          onChange={(event) => set({ [name]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <Card title="Password">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (typed.password !== typed.again) setMismatch(true)
          else change.mutate()
        }}
      >
        {/* So that password keepers know whose password this is. */}
        <input type="text" name="username" autoComplete="username" value={me?.email ?? ""} readOnly hidden />
        <div className="grid gap-4 sm:grid-cols-3">
          {field(
            "current",
            "Current password",
            "current-password",
            wrong ? "This is not your current password." : fieldError(change.error, "current"),
          )}
          {field(
            "password",
            "New password",
            "new-password",
            fieldError(change.error, "password"),
            "A few unrelated words do well.",
          )}
          {field("again", "New password again", "new-password", mismatch ? "The two are not the same." : null)}
        </div>
        <FormError error={wrong ? null : otherError(change.error, ["current", "password"])} />
        <div className="flex flex-wrap items-center justify-between gap-2">
          <p className="text-xs text-ink-3">
            {others > 0
              ? `Your ${count(others)} other ${others === 1 ? "session ends" : "sessions end"}; you stay signed in here.`
              : "You stay signed in here; you have no other session."}
          </p>
          <Button
            type="submit"
            variant="solid"
            busy={change.isPending}
            disabled={!typed.current || !typed.password || !typed.again}
          >
            Change password
          </Button>
        </div>
      </form>
    </Card>
  )
}

/** For who came in by a one-time link and has no password yet. */
function FirstPassword() {
  const me = useMe()
  const make = useMutation({
    mutationFn: async () =>
      (
        await api.POST("/api/v1/access/users/{user_id}/reset-link", {
          params: { path: { user_id: me!.id } },
          headers: once(),
        })
      ).data!,
    onSuccess: ({ link }) => link && location.assign(link),
    onError: (error) => toastError(error),
  })
  return (
    <Card title="Password">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-64 text-[13px] text-ink-2">
          You have no password yet: you came in by a one-time link. With a password you can sign in again by yourself.
        </p>
        <Button busy={make.isPending || make.isSuccess} disabled={!me} onClick={() => make.mutate()}>
          <KeyRound /> Choose a password
        </Button>
      </div>
    </Card>
  )
}
