import { useMutation } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { api, once, type Schema } from "@/api/client"
import { useOrganization, useTimeZone } from "@/app/session"
import { Button } from "@/ui/button"
import { momentIn } from "@/ui/days"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Textarea } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { businessNow, count } from "@/ui/format"
import { FormError } from "./form-error"
import { dayIn, useRefresh } from "./queries"

/** Take down what a person asks about the cases that were chosen as theirs. */
export function RequestDialog({
  kind,
  roots,
  suggestion,
  onClose,
}: {
  kind: Schema["RequestView"]["kind"]
  roots: string[]
  suggestion: string
  onClose: () => void
}) {
  const organization = useOrganization()
  const timeZone = useTimeZone() ?? "UTC"
  const navigate = useNavigate()
  const refresh = useRefresh()
  const today = dayIn(organization ? businessNow(organization.clock) : new Date(), timeZone)
  const [person, setPerson] = useState(suggestion)
  const [ground, setGround] = useState("")
  const [came, setCame] = useState(today)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const make = useMutation({
    mutationFn: async () => {
      // Today has no hour yet: the server takes its own moment.
      const requested_at = came === today ? null : momentIn(`${came}T00:00:00`, timeZone).toISOString()
      const body = { kind, roots, person: person.trim(), ground: ground.trim(), requested_at }
      return (await api.POST("/api/v1/privacy/requests", { body, headers: once(key) })).data!
    },
    onSuccess: async (made) => {
      await refresh()
      await navigate({ to: "/privacy", search: { request: made.id } })
    },
    onError: () => setKey(crypto.randomUUID()),
  })
  return (
    <Dialog open onClose={onClose} title={kind === "export" ? "A copy of their data" : "Erase what you hold"}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <p className="text-[13px] text-ink-2">
          {kind === "export"
            ? `A copy of everything that hangs on the ${count(roots.length)} chosen is made at once.`
            : `Nothing is erased yet. You will see what would go and what must stay for the ${count(roots.length)} chosen, and confirm then.`}
        </p>
        <Field label="Who asks" hint="So that others know the request." error={fieldError(make.error, "person")}>
          {(control) => (
            <Input
              {...control}
              value={person}
              minLength={3}
              maxLength={200}
              required
              autoComplete="off"
              onChange={(event) => setPerson(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="How they asked, and how you know it is them"
          hint="Such as “letter of 3 May, passport seen”."
          error={fieldError(make.error, "ground")}
        >
          {(control) => (
            <Textarea
              {...control}
              value={ground}
              rows={2}
              maxLength={2000}
              required
              onChange={(event) => setGround(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="When it came"
          hint="The month to answer begins on that day."
          error={fieldError(make.error, "requested_at")}
        >
          {(control) => (
            <Input
              {...control}
              type="date"
              value={came}
              max={today}
              required
              onChange={(event) => setCame(event.target.value)}
            />
          )}
        </Field>
        <FormError sentence={otherError(make.error, ["person", "ground", "requested_at"])} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="solid"
            busy={make.isPending}
            disabled={person.trim().length < 3 || !ground.trim() || !came}
          >
            {kind === "export" ? "Make the copy" : "Take it down"}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
