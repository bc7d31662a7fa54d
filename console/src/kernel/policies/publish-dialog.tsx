import { useQueryClient } from "@tanstack/react-query"
import { TriangleAlert } from "lucide-react"
import { useRef } from "react"
import { once, type Schema } from "@/api/client"
import { ApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Confirm } from "@/ui/dialog"
import { Scroll } from "@/ui/scroll"
import { ChangesView } from "./changes-view"
import type { Finding } from "./document"
import type { Draft } from "./draft"
import type { Label } from "./wording"

/** Shows what a draft changes and asks for the reason before it is published. */
export function PublishDialog({
  policy,
  draft,
  label,
  warnings,
  onClose,
  onPublish,
}: {
  policy: Schema["PolicyView"]
  draft: Draft
  label: Label
  warnings: Finding[]
  onClose: () => void
  onPublish: (reason: string, headers: Record<string, string>) => Promise<unknown>
}) {
  const client = useQueryClient()
  // One intention, one key: a second press after a lost answer publishes nothing twice.
  const headers = useRef(once())
  const publish = async (reason: string) => {
    try {
      await onPublish(reason, headers.current)
    } catch (error) {
      // Somebody was faster: the page then shows who, and what it changes.
      if (!(error instanceof ApiError && error.code === "policy_changed")) throw error
      headers.current = once()
    }
    await client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/v1/policies") })
  }
  return (
    <Confirm
      open
      wide
      onClose={onClose}
      title={`Publish as version ${policy.version + 1}?`}
      confirm="Publish"
      reason
      onConfirm={publish}
    >
      <p className="mb-3">It holds from the next decision on; what is decided already stays as it is.</p>
      <Scroll label="What changes" className="max-h-[40dvh] overflow-y-auto text-ink">
        <ChangesView before={draft.from} after={draft.document} label={label} />
      </Scroll>
      {warnings.length > 0 && (
        <Notice tone="warn" icon={<TriangleAlert aria-hidden />} className="mt-3">
          {warnings.length === 1
            ? warnings[0]!.message
            : `The check shows ${warnings.length} warnings; none blocks publishing.`}
        </Notice>
      )}
    </Confirm>
  )
}
