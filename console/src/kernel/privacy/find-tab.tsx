import { useMutation } from "@tanstack/react-query"
import { Search, UserRoundSearch } from "lucide-react"
import { type FormEvent, useRef, useState } from "react"
import { api, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Field, Input } from "@/ui/field"
import { count } from "@/ui/format"
import { useKeys } from "@/ui/keys"
import { Empty, Failed } from "@/ui/states"
import { Candidates } from "./candidates"
import { HoldDialog } from "./hold-dialog"
import { RequestDialog } from "./request-dialog"

type Wanted = Schema["SearchBody"]

const FIELDS = [
  { name: "email", label: "E-mail", type: "search", hint: "anna@example.org" },
  { name: "phone", label: "Telephone", type: "search", hint: "+46 70 123 45 67" },
  { name: "reference", label: "Reference", type: "search", hint: "Their case number" },
  { name: "name", label: "Name", type: "search", hint: "As they wrote it" },
  { name: "born", label: "Born", type: "text", hint: "1980-02-29" },
] as const

/** Find what may be one person’s, and take down what they ask. The words stay on this page and out of the address. */
export function FindTab() {
  const can = useCan()
  const [wanted, setWanted] = useState<Wanted>({})
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState<Schema["RequestView"]["kind"] | null>(null)
  const [holding, setHolding] = useState<Schema["CandidateView"] | null>(null)
  const first = useRef<HTMLFormElement>(null)
  useKeys({ "/": () => first.current?.querySelector("input")?.focus() })
  const search = useMutation({
    mutationFn: async (body: Wanted) => (await api.POST("/api/v1/privacy/people/search", { body })).data!,
    onSuccess: () => setChosen(new Set()),
  })
  const given = FIELDS.filter(({ name }) => name !== "born" && wanted[name]?.trim())
  const find = (event: FormEvent) => {
    event.preventDefault()
    if (!given.length) return
    search.mutate(Object.fromEntries(FIELDS.map(({ name }) => [name, wanted[name]?.trim() || null])))
  }
  const found = search.data?.items
  const choose = (id: string) =>
    setChosen((now) => (now.has(id) ? new Set([...now].filter((each) => each !== id)) : new Set([...now, id])))
  return (
    <div className="flex flex-col gap-4">
      <Card>
        <form ref={first} onSubmit={find} className="flex flex-col gap-3">
          <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-5">
            {FIELDS.map(({ name, label, hint, type }) => (
              <Field key={name} label={label}>
                {(control) => (
                  <Input
                    {...control}
                    type={type}
                    value={wanted[name] ?? ""}
                    placeholder={hint}
                    maxLength={200}
                    autoComplete="off"
                    disabled={name === "born" && !wanted.name}
                    onChange={(event) => setWanted({ ...wanted, [name]: event.target.value })}
                  />
                )}
              </Field>
            ))}
          </div>
          <div className="flex flex-wrap items-center justify-between gap-2">
            <p className="max-w-xl text-xs text-ink-3">
              Any one is enough; the day of birth narrows a name. That you looked goes on record, the words do not. Ask
              for proof of who they are before you hand out anything.
            </p>
            <Button type="submit" variant="solid" busy={search.isPending} disabled={!given.length}>
              {!search.isPending && <Search aria-hidden />} Find
            </Button>
          </div>
        </form>
      </Card>
      {search.error ? (
        <Failed error={search.error} retry={() => search.variables && search.mutate(search.variables)} />
      ) : null}
      {!found && !search.error && (
        <Empty icon={<UserRoundSearch />} title="Who is asking?">
          Type what they gave you. You will see every case that may be theirs, and say yourself which ones are.
        </Empty>
      )}
      {found?.length === 0 && (
        <Empty icon={<UserRoundSearch />} title="Nothing found">
          Nothing here has these words. Try another of their addresses, or a part of it. If nothing turns up, tell them
          that you hold nothing about them.
        </Empty>
      )}
      {found !== undefined && found.length > 0 && (
        <>
          {search.data?.more && (
            <Notice tone="warn">More than can be listed has these words. Give more of them, or a reference.</Notice>
          )}
          <Candidates
            label="What may be theirs"
            items={found}
            selection={{
              ids: chosen,
              toggle: choose,
              toggleAll: (ids) => setChosen(new Set(ids)),
              label: (id) => `${found.find((each) => each.root === id)?.label ?? id} is theirs`,
            }}
            onHold={can("kernel:retention:manage") ? setHolding : undefined}
          />
          <div className="flex flex-wrap items-center justify-between gap-2" role="status">
            <span className="text-[13px] text-ink-2">
              {chosen.size ? `${count(chosen.size)} chosen as theirs.` : "Tick what is theirs to take down a request."}
            </span>
            <span className="flex gap-2">
              <Button disabled={!chosen.size} onClick={() => setAsking("erasure")}>
                They want to be erased
              </Button>
              <Button variant="solid" disabled={!chosen.size} onClick={() => setAsking("export")}>
                They want a copy
              </Button>
            </span>
          </div>
        </>
      )}
      {asking && (
        <RequestDialog
          kind={asking}
          roots={[...chosen]}
          suggestion={given.map(({ name }) => wanted[name]?.trim())[0] ?? ""}
          onClose={() => setAsking(null)}
        />
      )}
      {holding && (
        <HoldDialog
          root={holding}
          onClose={() => setHolding(null)}
          onPlaced={() => search.variables && search.mutate(search.variables)}
        />
      )}
    </div>
  )
}
