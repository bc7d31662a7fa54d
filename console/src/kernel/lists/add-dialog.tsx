import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { FOR_GOOD, type Until, UntilField, useUntil } from "@/kernel/mutes/until-field"
import { Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { csv, download } from "@/ui/download"
import { Field, Input, Textarea } from "@/ui/field"
import { count } from "@/ui/format"
import { isTooLarge } from "@/ui/rows-file"
import { Scroll } from "@/ui/scroll"
import { type List, refreshLists } from "./queries"

const MEGABYTES_MAX = 4
const LINES_MAX = 50_000
const EXAMPLE = "someone@example.com\nsomebody.else@example.com"

/** How many values a text holds: its lines, without the header of a table. */
export function linesIn(text: string): number {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim())
  const heads = (lines[0] ?? "").split(",").map((cell) => cell.trim().replaceAll('"', "").toLowerCase())
  return heads.includes("value") ? lines.length - 1 : lines.length
}

/** Put values on a list: one, a pasted column, or a file. Lines that are no values are told and keep no others out. */
export function AddDialog({ list, onClose }: { list: List; onClose: () => void }) {
  const client = useQueryClient()
  const [typed, setTyped] = useState("")
  const [file, setFile] = useState<{ name: string; text: string } | null>(null)
  const [reason, setReason] = useState("")
  const [until, setUntil] = useState<Until>(FOR_GOOD)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const [large, setLarge] = useState(false)
  const momentOf = useUntil(until)
  const text = file?.text ?? typed
  const lines = linesIn(text)
  const add = useMutation({
    mutationFn: async () => {
      const body = { entries: [], text, reason: reason.trim(), expires_at: momentOf() ?? null }
      const params = { path: { list_id: list.id } }
      return (await api.POST("/api/v1/lists/{list_id}/entries", { params, body, headers: once(key) })).data!
    },
    onSuccess: () => refreshLists(client),
    onError: () => setKey(crypto.randomUUID()),
  })
  const choose = async (given: File | null) => {
    setLarge(isTooLarge(given, MEGABYTES_MAX))
    setFile(given && !isTooLarge(given, MEGABYTES_MAX) ? { name: given.name, text: await given.text() } : null)
  }
  const again = () => {
    add.reset()
    setTyped("")
    setFile(null)
    setKey(crypto.randomUUID())
  }
  return (
    <Dialog open onClose={onClose} title={`Add values to ${list.label}`} wide>
      {add.data ? (
        <Outcome name={list.name} added={add.data} onAgain={again} onClose={onClose} />
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            add.mutate()
          }}
        >
          <Field
            label="Values"
            hint={
              <>
                One a line, or a table with the header <span className="mono">value,expires_at,reason</span>, such as an
                export. Capitals and blanks at the ends make no difference.
              </>
            }
          >
            {(control) => (
              <Textarea
                {...control}
                rows={file ? 2 : 7}
                className="mono"
                placeholder={EXAMPLE}
                spellCheck={false}
                disabled={file !== null || add.isPending}
                value={file ? `From the file ${file.name}` : typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
          <Field
            label="Or a file"
            hint={`Text or CSV, at most ${MEGABYTES_MAX} MB.`}
            error={large ? `The file is larger than ${MEGABYTES_MAX} MB. Split it.` : null}
          >
            {(control) => (
              <Input
                {...control}
                type="file"
                accept=".csv,.txt,text/csv,text/plain"
                className="py-1"
                disabled={add.isPending}
                onChange={(event) => void choose(event.target.files?.[0] ?? null)}
              />
            )}
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Reason (optional)" hint="Where a line brings none of its own.">
              {(control) => (
                <Input
                  {...control}
                  value={reason}
                  maxLength={2000}
                  autoComplete="off"
                  disabled={add.isPending}
                  onChange={(event) => setReason(event.target.value)}
                />
              )}
            </Field>
            <UntilField
              label="Runs out"
              forGood="Never"
              value={until}
              onChange={setUntil}
              disabled={add.isPending}
              hint="In business time."
            />
          </div>
          {add.error && (
            <Notice tone="bad">
              <span role="alert">{asApiError(add.error).sentence}</span>
            </Notice>
          )}
          <div className="flex flex-wrap items-center justify-end gap-2">
            <span className="num mr-auto text-xs text-ink-3" role="status">
              {lines > LINES_MAX
                ? `${count(lines)} lines are more than ${count(LINES_MAX)}; send them in several parts.`
                : lines > 0 && `${count(lines)} ${lines === 1 ? "value" : "values"}`}
            </span>
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              variant="solid"
              busy={add.isPending}
              disabled={lines === 0 || lines > LINES_MAX || momentOf() === undefined}
            >
              Add
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

/** What became of what was sent. */
function Outcome({
  name,
  added,
  onAgain,
  onClose,
}: {
  name: string
  added: Schema["EntriesAdded"]
  onAgain: () => void
  onClose: () => void
}) {
  const more = added.rejected - added.examples.length
  const save = () =>
    download(
      `${name}-rejected.csv`,
      csv(
        ["line", "value", "why"],
        added.examples.map((each) => [each.line, each.value, each.why]),
      ),
      "text/csv",
    )
  return (
    <div className="flex flex-col gap-4" role="status">
      <Facts
        items={[
          ["Added", count(added.added)],
          ["There already", count(added.present)],
          ["Left out", count(added.rejected)],
        ]}
      />
      {added.examples.length > 0 && (
        <Scroll label="Lines left out" className="max-h-[40dvh] overflow-auto rounded-control border">
          <table className="w-full text-[13px]">
            <caption className="sr-only">Lines that were left out, and why</caption>
            <thead className="sticky top-0 bg-sunken text-left text-xs text-ink-3">
              <tr>
                <th scope="col" className="px-3 py-1.5 text-right font-medium">
                  Line
                </th>
                <th scope="col" className="px-3 py-1.5 font-medium">
                  Value
                </th>
                <th scope="col" className="px-3 py-1.5 font-medium">
                  Why
                </th>
              </tr>
            </thead>
            <tbody>
              {added.examples.map((each) => (
                <tr key={`${each.line}:${each.value}`} className="border-t align-baseline">
                  <td className="num px-3 py-1.5 text-right">{count(each.line)}</td>
                  <td className="num max-w-64 truncate px-3 py-1.5">{each.value || "–"}</td>
                  <td className="px-3 py-1.5">It {each.why}.</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {more > 0 && <p className="text-xs text-ink-3">{count(more)} more were left out for like reasons.</p>}
      <div className="flex flex-wrap justify-end gap-2">
        {added.examples.length > 0 && <Button onClick={save}>Download what was left out</Button>}
        <Button onClick={onAgain}>Add more</Button>
        <Button variant="solid" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  )
}
