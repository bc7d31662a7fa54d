import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { asApiError } from "@/api/problem"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select } from "@/ui/field"
import { FormError } from "@/ui/form-parts"
import { SecretOnce } from "@/ui/secret-once"
import { refresh } from "./queries"

const OVERLAPS = [
  [24, "A day"],
  [1, "An hour"],
  [72, "3 days"],
  [168, "A week"],
  [0, "Not at all: the old one ends now"],
] as const

interface Props {
  title: string
  /** What the overlap means here. */
  overlapHint: string
  /** Whether the other side may have made the secret. */
  given: boolean
  rotate: (overlapHours: number, secret: string | null) => Promise<string | null>
  onClose: () => void
}

/** Replace a secret; for a while the old one holds as well. */
export default function RotateDialog({ title, overlapHint, given, rotate, onClose }: Props) {
  const client = useQueryClient()
  const [hours, setHours] = useState(24)
  const [secret, setSecret] = useState("")
  const act = useMutation({
    mutationFn: () => rotate(hours, secret || null),
    onSuccess: () => {
      setSecret("")
      return refresh(client)
    },
  })
  return (
    <Dialog open onClose={onClose} title={title}>
      {act.isSuccess ? (
        <>
          {act.data ? (
            <SecretOnce label="New secret" secret={act.data}>
              Copy it now and give it to the other side: it is not shown again.
            </SecretOnce>
          ) : (
            <p className="text-[13px] text-ink-2">The secret you gave holds from now on.</p>
          )}
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
            act.mutate()
          }}
        >
          <Field label="The old secret holds on for" hint={overlapHint}>
            {(control) => (
              <Select {...control} value={hours} onChange={(event) => setHours(Number(event.target.value))}>
                {OVERLAPS.map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {given && (
            <Field label="New secret of the sender (optional)" hint="Leave empty, and one is made and shown once.">
              {(control) => (
                <Input
                  {...control}
                  type="password"
                  autoComplete="new-password"
                  maxLength={500}
                  value={secret}
                  onChange={(event) => setSecret(event.target.value)}
                />
              )}
            </Field>
          )}
          <FormError error={act.error && asApiError(act.error).sentence} />
          <div className="flex justify-end gap-2">
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" variant="solid" busy={act.isPending}>
              Replace the secret
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
