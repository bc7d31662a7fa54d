import { GitMerge, TriangleAlert } from "lucide-react"
import { useState } from "react"
import type { Schema } from "@/api/client"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { actor } from "@/ui/format"
import { toast } from "@/ui/toast"
import { When } from "@/ui/when"
import { rebase } from "./changes"
import { ChangesView } from "./changes-view"
import { type DraftHandle, keysFor } from "./draft"
import type { Label } from "./wording"

/** Somebody published while this draft was written: who, what it changes, and carrying the draft over to it. */
export function NewerVersion({
  policy,
  handle,
  label,
}: {
  policy: Schema["PolicyView"]
  handle: DraftHandle
  label: Label
}) {
  const [looking, setLooking] = useState(false)
  const { draft, set } = handle
  const carryOver = () => {
    const { document, clashes } = rebase(draft.from, draft.document, policy.body)
    const known = draft.document.rules.map((rule, at): [string, string] => [rule.name, draft.keys[at]!])
    set({
      base: policy.version,
      from: policy.body,
      document,
      keys: keysFor(document, known),
      clashes: clashes.map((clash) => clash.what),
    })
    setLooking(false)
    toast(`The draft is now based on version ${policy.version}`)
  }
  return (
    <Notice tone="warn" icon={<TriangleAlert aria-hidden />}>
      <div role="alert">
        <strong className="font-semibold">
          {actor(policy.author)} published version {policy.version}
        </strong>{" "}
        <When at={policy.effective_from} className="text-review" /> while you worked on version {draft.base}: “
        {policy.reason}” Your draft is kept.
      </div>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="sm" onClick={() => setLooking(true)}>
          See what it changed
        </Button>
        <Button size="sm" onClick={carryOver}>
          <GitMerge /> Carry my changes over to version {policy.version}
        </Button>
      </div>
      <Dialog
        open={looking}
        onClose={() => setLooking(false)}
        title={`From version ${draft.base} to version ${policy.version}`}
        wide
      >
        <ChangesView before={draft.from} after={policy.body} label={label} />
        <div className="mt-4 flex justify-end">
          <Button variant="solid" onClick={carryOver}>
            <GitMerge /> Carry my changes over
          </Button>
        </div>
      </Dialog>
    </Notice>
  )
}
