import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select, Textarea } from "@/ui/field"
import { toast } from "@/ui/toast"
import { HOLDS, type Holds, LIST, type List, refreshLists } from "./queries"

const NAME_LENGTH_MAX = 64
const NAME = /^[a-z][a-z0-9_]{0,63}$/

/** A label as a word that rules can say. */
export const nameFrom = (label: string) =>
  label
    .normalize("NFD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[_0-9]+|_+$/g, "")
    .slice(0, NAME_LENGTH_MAX)

/** Begin a list, or describe one otherwise. Its name stays as it is, since rules say it. */
export function ListDialog({
  list,
  onClose,
  onMade,
}: {
  list?: List
  onClose: () => void
  onMade?: (list: List) => void
}) {
  const client = useQueryClient()
  const [label, setLabel] = useState(list?.label ?? "")
  const [named, setNamed] = useState<string | null>(list?.name ?? null)
  const [holds, setHolds] = useState<Holds>(list?.holds ?? "text")
  const [description, setDescription] = useState(list?.description ?? "")
  /** What is written over: what was there when it was opened, or what was shown of somebody else's change since. */
  const [revision, setRevision] = useState(list?.revision ?? 0)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const name = named ?? nameFrom(label)
  const save = useMutation({
    mutationFn: async () => {
      const texts = { label: label.trim(), description: description.trim() }
      if (list) {
        const params = { path: { list_id: list.id } }
        return (await api.PATCH(LIST, { params, body: { ...texts, revision } })).data!
      }
      return (await api.POST("/api/v1/lists", { body: { ...texts, name, holds }, headers: once(key) })).data!
    },
    onSuccess: async (made) => {
      await refreshLists(client)
      toast(list ? "The list is described anew" : `The list ${made.label} begins empty`)
      onClose()
      onMade?.(made)
    },
    onError: () => {
      setKey(crypto.randomUUID())
      return refreshLists(client)
    },
  })
  const problem = save.error ? asApiError(save.error) : null
  const changed = problem?.status === 409 && list !== undefined
  const newer = changed && list.revision > revision
  const at = (field: string) => (problem?.field?.replace(/^body\./, "") === field ? problem.sentence : null)
  const elsewhere = problem && !newer && !["label", "name", "description"].some(at)
  return (
    <Dialog open onClose={onClose} title={list ? "Describe the list" : "New list"}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Field label="What it is called" error={at("label")}>
          {(control) => (
            <Input
              {...control}
              value={label}
              maxLength={200}
              required
              autoComplete="off"
              placeholder="Blocked addresses"
              onChange={(event) => setLabel(event.target.value)}
            />
          )}
        </Field>
        {!list && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label="Name in rules"
              hint="Small letters, digits and _. It cannot be changed later."
              error={
                at("name") ?? (name && !NAME.test(name) ? "Begin with a letter; small letters, digits and _." : null)
              }
            >
              {(control) => (
                <Input
                  {...control}
                  className="mono"
                  value={name}
                  maxLength={NAME_LENGTH_MAX}
                  required
                  autoComplete="off"
                  onChange={(event) => setNamed(event.target.value)}
                />
              )}
            </Field>
            <Field label="Holds">
              {(control) => (
                <Select {...control} value={holds} onChange={(event) => setHolds(event.target.value as Holds)}>
                  {Object.entries(HOLDS).map(([value, text]) => (
                    <option key={value} value={value}>
                      {text}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        )}
        <Field label="Description (optional)" hint="Who belongs on it, and who decides that." error={at("description")}>
          {(control) => (
            <Textarea
              {...control}
              rows={3}
              maxLength={2000}
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
        {newer && (
          <Notice tone="warn">
            <div role="alert">
              Somebody described it otherwise meanwhile: “{list.label}”{list.description && `, “${list.description}”`}.
              Yours is still here.
            </div>
            <Button size="sm" className="mt-2" onClick={() => setRevision(list.revision)}>
              Write over it
            </Button>
          </Notice>
        )}
        {elsewhere && !changed && (
          <Notice tone="bad">
            <span role="alert">{problem.sentence}</span>
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="solid"
            busy={save.isPending}
            disabled={!label.trim() || newer || (!list && !NAME.test(name))}
          >
            {list ? "Save" : "Begin the list"}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
