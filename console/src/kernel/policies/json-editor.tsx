import { useEffect, useRef, useState } from "react"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Field, Textarea } from "@/ui/field"
import { same } from "./changes"
import { type PolicyDocument, undrawable } from "./document"
import { type Draft, type DraftHandle, keysFor } from "./draft"

/** The draft as JSON. Text that cannot be read yet is kept with the draft, so that it is not lost either. */
export function JsonEditor({ handle }: { handle: DraftHandle }) {
  const { draft, set } = handle
  const [text, setText] = useState(() => draft.text ?? JSON.stringify(draft.document, null, 2))
  const written = useRef(text)
  useEffect(() => {
    // Changed from elsewhere (discarded, rebased): what stands here is out of date.
    const read = readPolicy(written.current)
    const current = draft.text ?? (read.document && same(read.document, draft.document) ? written.current : null)
    if (current === written.current) return
    written.current = current ?? JSON.stringify(draft.document, null, 2)
    setText(written.current)
  }, [draft])
  const { problem } = readPolicy(text)
  return (
    <div className="flex flex-col gap-2">
      {problem && (
        <Notice tone="bad">
          <span role="alert">{problem}</span>
          <Button size="sm" className="mt-2 block" onClick={() => set({ ...draft, text: undefined })}>
            Go back to the last text that could be read
          </Button>
        </Notice>
      )}
      <Field
        label="The draft as JSON"
        hint="The same draft as in the form; what you write here is checked as you type."
      >
        {(control) => (
          <Textarea
            {...control}
            aria-invalid={problem ? true : undefined}
            rows={26}
            spellCheck={false}
            className="mono"
            value={text}
            onChange={(event) => {
              written.current = event.target.value
              setText(event.target.value)
              const read = readPolicy(event.target.value)
              const known = draft.document.rules.map((rule, at): [string, string] => [rule.name, draft.keys[at]!])
              const next: Draft = read.document
                ? { ...draft, document: read.document, keys: keysFor(read.document, known), text: undefined }
                : { ...draft, text: event.target.value }
              set(next)
            }}
          />
        )}
      </Field>
    </div>
  )
}

/** The policy a text holds, or what is wrong with the text, with the line where that is known. */
export function readPolicy(text: string): { document?: PolicyDocument; problem: string | null } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const at = /position (\d+)/.exec(message)
    const line = at ? text.slice(0, Number(at[1])).split("\n").length : null
    const where = line && !/line \d+/.test(message) ? ` (line ${line})` : ""
    return { problem: `This is not JSON yet: ${message}${where}.` }
  }
  const problem = undrawable(value)
  return problem ? { problem } : { document: value as PolicyDocument, problem: null }
}
