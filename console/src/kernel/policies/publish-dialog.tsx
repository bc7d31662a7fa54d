import { useQuery, useQueryClient } from "@tanstack/react-query"
import { TriangleAlert, UserCheck } from "lucide-react"
import { useRef, useState } from "react"
import { once, type Schema } from "@/api/client"
import { ApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Confirm } from "@/ui/dialog"
import { Scroll } from "@/ui/scroll"
import { ChangesView } from "./changes-view"
import type { Finding } from "./document"
import type { Draft } from "./draft"
import { needsSecond, waitingQuery } from "./proposals"
import { AT_ONCE, type WhenChosen, WhenFields } from "./when-fields"
import type { Label } from "./wording"

/** Shows what a draft changes, asks from when on it shall hold and why, before it is published or proposed. */
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
  onPublish: (reason: string, when: WhenChosen, headers: Record<string, string>) => Promise<unknown>
}) {
  const client = useQueryClient()
  // One intention, one key: a second press after a lost answer publishes nothing twice.
  const headers = useRef(once())
  const [when, setWhen] = useState(AT_ONCE)
  const waiting = useQuery(waitingQuery(policy.kind)).data?.items ?? []
  const scheduled = waiting.filter((each) => each.state === "scheduled")
  const second = needsSecond(policy)
  const displaced = scheduled.filter((each) => each.replaces === policy.version).length
  const act = second ? "Propose" : when.at ? "Schedule" : "Publish"
  const publish = async (reason: string) => {
    try {
      await onPublish(reason, when, headers.current)
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
      title={act === "Publish" ? `Publish as version ${policy.version + 1}?` : `${act} this policy?`}
      confirm={act}
      reason
      onConfirm={publish}
    >
      <p className="mb-3">
        {when.at
          ? "It holds from its date on; until then what holds goes on."
          : `It holds from the next decision on${second ? " after it is approved" : ""}; what is decided already stays as it is.`}
      </p>
      {second && (
        <Notice tone="info" icon={<UserCheck aria-hidden />} className="mb-3">
          This policy takes a second person: somebody else who may publish has 14 days to approve exactly this. If
          another version comes first, it must be proposed anew.
        </Notice>
      )}
      <Scroll label="What changes" className="max-h-[40dvh] overflow-y-auto text-ink">
        <ChangesView before={draft.from} after={draft.document} label={label} />
      </Scroll>
      <WhenFields value={when} onChange={setWhen} version={policy.version} scheduled={scheduled} />
      {!when.at && !second && displaced > 0 && (
        <Notice tone="warn" icon={<TriangleAlert aria-hidden />} className="mt-3">
          {displaced === 1 ? "A scheduled version replaces" : `${displaced} scheduled versions replace`} version{" "}
          {policy.version}; once this one holds, {displaced === 1 ? "it does" : "they do"} not come to hold any more.
        </Notice>
      )}
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
