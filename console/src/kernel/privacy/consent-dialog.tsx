import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { api, once, type Schema } from "@/api/client"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { toast } from "@/ui/toast"
import { FormError } from "./form-error"
import { useRefresh } from "./queries"

const FIELDS = [
  { name: "person", label: "Who", hint: "Their e-mail, telephone or reference.", max: 200 },
  { name: "purpose", label: "For what", hint: "One word in small letters, such as marketing.", max: 100 },
  {
    name: "text_version",
    label: "Version of the text they agreed to",
    hint: "So that it can be shown later.",
    max: 100,
  },
  { name: "source", label: "Where they said it", hint: "Such as “web form” or “call of 3 May”.", max: 300 },
] as const

/** Take down what a person said about a purpose. */
export function ConsentDialog({
  person,
  onClose,
  onRecorded,
}: {
  person: string
  onClose: () => void
  onRecorded: (person: string) => void
}) {
  const refresh = useRefresh()
  const [state, setState] = useState<Schema["ConsentView"]["state"]>("given")
  const [values, setValues] = useState({ person, purpose: "", text_version: "", source: "" })
  const [key, setKey] = useState(() => crypto.randomUUID())
  const record = useMutation({
    mutationFn: async () => api.POST("/api/v1/privacy/consents", { body: { ...values, state }, headers: once(key) }),
    onSuccess: async () => {
      await refresh()
      toast(state === "given" ? "The consent is on record" : "The withdrawal is on record")
      onRecorded(values.person.trim())
      onClose()
    },
    onError: () => setKey(crypto.randomUUID()),
  })
  return (
    <Dialog open onClose={onClose} title="Take down a consent">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          record.mutate()
        }}
      >
        <Field label="What they said">
          {(control) => (
            <Select {...control} value={state} onChange={(event) => setState(event.target.value as typeof state)}>
              <option value="given">They agree</option>
              <option value="withdrawn">They withdraw</option>
            </Select>
          )}
        </Field>
        {FIELDS.map(({ name, label, hint, max }) => (
          <Field key={name} label={label} hint={hint} error={fieldError(record.error, name)}>
            {(control) => (
              <Input
                {...control}
                value={values[name]}
                maxLength={max}
                required
                autoComplete="off"
                onChange={(event) =>
                  setValues({
                    ...values,
                    [name]: name === "purpose" ? event.target.value.toLowerCase() : event.target.value,
                  })
                }
              />
            )}
          </Field>
        ))}
        <FormError
          sentence={otherError(
            record.error,
            FIELDS.map(({ name }) => name),
          )}
        />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="solid"
            busy={record.isPending}
            disabled={Object.values(values).some((each) => !each.trim())}
          >
            Take it down
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
