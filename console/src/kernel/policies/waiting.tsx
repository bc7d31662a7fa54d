import { useQuery, useQueryClient } from "@tanstack/react-query"
import { CalendarClock, ChevronDown, ChevronRight, UserCheck } from "lucide-react"
import { useState } from "react"
import type { Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge, Facts, Kbd } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { actor } from "@/ui/format"
import { useKeys } from "@/ui/keys"
import { Fetched } from "@/ui/states"
import { toast } from "@/ui/toast"
import { When } from "@/ui/when"
import { ChangesView } from "./changes-view"
import type { PolicyDocument } from "./document"
import { type Answer, answer, type Proposal, type ProposalDetail, proposalQuery, waitingQuery } from "./proposals"
import { versionQuery } from "./queries"
import { useLabel, useVocabulary } from "./vocabulary"

/** What waits for a second person or for its date: read what it changes, approve or reject it, withdraw or cancel it. */
export function Waiting({
  policy,
  open,
  onOpen,
  onStart,
}: {
  policy: Schema["PolicyView"]
  /** The proposal that is unfolded. */
  open: string | undefined
  onOpen: (id: string | undefined) => void
  /** Begin a draft from a scheduled policy; missing where one may not. */
  onStart?: (document: PolicyDocument) => void
}) {
  const list = useQuery(waitingQuery(policy.kind))
  const items = list.data?.items ?? []
  if (items.length === 0) return null
  return (
    <section aria-label="Waiting changes" className="mb-5 flex flex-col gap-2">
      {items.map((proposal) => (
        <div key={proposal.id} className="card overflow-hidden">
          <Heading
            proposal={proposal}
            open={open === proposal.id}
            onToggle={() => onOpen(open === proposal.id ? undefined : proposal.id)}
          />
          {open === proposal.id && <Opened id={proposal.id} policy={policy} onStart={onStart} />}
        </div>
      ))}
    </section>
  )
}

function Heading({ proposal, open, onToggle }: { proposal: Proposal; open: boolean; onToggle: () => void }) {
  const asked = proposal.state === "proposed"
  const Fold = open ? ChevronDown : ChevronRight
  return (
    <h2>
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="flex w-full items-center gap-3 px-4 py-3 text-left hover:bg-sunken dark:hover:bg-raised"
      >
        {asked ? (
          <UserCheck aria-hidden className="size-4 shrink-0 text-review" />
        ) : (
          <CalendarClock aria-hidden className="size-4 shrink-0 text-accent" />
        )}
        <span className="min-w-0 flex-1 text-[13px]">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Badge tone={asked ? "warn" : "accent"}>{asked ? "Proposed" : "Scheduled"}</Badge>
            <span className="font-medium">{actor(proposal.author)}</span>
            {proposal.effective_from ? (
              <span className="text-ink-2">
                to hold <When at={proposal.effective_from} className="text-ink" />
              </span>
            ) : (
              <span className="text-ink-2">to hold at once</span>
            )}
            {asked && proposal.expires_at && (
              <span className="text-ink-3">
                expires <When at={proposal.expires_at} />
              </span>
            )}
          </span>
          <span className="mt-0.5 block truncate text-ink-2">“{proposal.reason}”</span>
        </span>
        <Fold aria-hidden className="size-4 shrink-0 text-ink-3" />
      </button>
    </h2>
  )
}

function Opened({
  id,
  policy,
  onStart,
}: {
  id: string
  policy: Schema["PolicyView"]
  onStart?: (document: PolicyDocument) => void
}) {
  const proposal = useQuery(proposalQuery(id))
  return (
    <div className="border-t p-4">
      <Fetched query={proposal} rows={3}>
        {(data) => <Details proposal={data} policy={policy} onStart={onStart} />}
      </Fetched>
    </div>
  )
}

const WORDS: Record<Answer, { button: string; title: string; done: string; text: string }> = {
  approve: {
    button: "Approve",
    title: "Approve this change?",
    done: "Approved",
    text: "Your word is bound to exactly what stands here. If anything of it changes, or another version comes first, it does not count.",
  },
  reject: {
    button: "Reject",
    title: "Reject this change?",
    done: "Rejected",
    text: "What holds goes on. Its author sees your reason and may propose it anew.",
  },
  withdraw: {
    button: "Withdraw",
    title: "Withdraw your proposal?",
    done: "Withdrawn",
    text: "Nobody can approve it any more; what holds goes on.",
  },
  cancel: {
    button: "Cancel it",
    title: "Cancel what is scheduled?",
    done: "Cancelled",
    text: "It does not come to hold, and neither does what was to follow it. What holds goes on.",
  },
}

function Details({
  proposal,
  policy,
  onStart,
}: {
  proposal: ProposalDetail
  policy: Schema["PolicyView"]
  onStart?: (document: PolicyDocument) => void
}) {
  const client = useQueryClient()
  const mayPublish = useCan()("kernel:policy:publish")
  const [asking, setAsking] = useState<Answer | null>(null)
  const label = useLabel(useVocabulary(policy.kind))
  const mayAnswer = proposal.state === "proposed" && proposal.why_not_answer === null
  const acts: Answer[] = mayAnswer
    ? ["approve", "reject"]
    : !mayPublish
      ? []
      : proposal.state === "scheduled"
        ? ["cancel"]
        : proposal.is_own
          ? ["withdraw"]
          : []
  useKeys({ a: () => setAsking("approve"), d: () => setAsking("reject") }, mayAnswer)
  const run = async (reason: string) => {
    await answer(proposal, asking!, reason)
    await client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/v1/policies") })
    toast(WORDS[asking!].done)
  }
  return (
    <>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_18rem]">
        <div className="min-w-0">
          <h3 className="mb-2 text-xs font-medium text-ink-2">What it changes</h3>
          <Changes proposal={proposal} policy={policy} label={label} />
        </div>
        <Facts
          items={[
            ["Replaces", replaced(proposal)],
            ["Proposed", <When key="at" at={proposal.created_at} clock="system" className="text-ink" />],
            ...(proposal.approved_by
              ? ([["Approved by", `${actor(proposal.approved_by)}: “${proposal.approval_reason}”`]] as [
                  string,
                  string,
                ][])
              : []),
            ["Digest", <code key="digest">{proposal.digest.slice(0, 12)}</code>],
          ]}
        />
      </div>
      <div className="mt-4 flex flex-wrap items-center gap-2">
        {acts.map((act) => (
          <Button
            key={act}
            variant={act === "approve" ? "approve" : act === "reject" || act === "cancel" ? "decline" : undefined}
            onClick={() => setAsking(act)}
          >
            {WORDS[act].button}
            {act === "approve" && <Kbd>a</Kbd>}
            {act === "reject" && <Kbd>d</Kbd>}
          </Button>
        ))}
        {proposal.state === "scheduled" && onStart && (
          <Button onClick={() => onStart(proposal.body)}>Start a draft from it</Button>
        )}
        {proposal.state === "proposed" && proposal.why_not_answer && (
          <p className="text-[13px] text-ink-2">{proposal.why_not_answer}</p>
        )}
      </div>
      {asking && (
        <Confirm
          open
          onClose={() => setAsking(null)}
          title={WORDS[asking].title}
          confirm={WORDS[asking].button}
          danger={asking !== "approve"}
          reason
          onConfirm={run}
        >
          {WORDS[asking].text}
        </Confirm>
      )}
    </>
  )
}

function replaced(proposal: Proposal): string {
  if (proposal.follows) return "What is scheduled before it"
  return proposal.replaces === null ? "Whatever holds then" : `Version ${proposal.replaces}`
}

function Changes({
  proposal,
  policy,
  label,
}: {
  proposal: ProposalDetail
  policy: Schema["PolicyView"]
  label: ReturnType<typeof useLabel>
}) {
  const version = useQuery({
    ...versionQuery(policy.kind, proposal.replaces ?? 1),
    enabled: proposal.replaces !== null && proposal.replaces !== policy.version,
  })
  const followed = useQuery({ ...proposalQuery(proposal.follows ?? ""), enabled: proposal.follows !== null })
  const before = proposal.follows ? followed : proposal.replaces === null ? null : version
  if (before === null || proposal.replaces === policy.version)
    return <ChangesView before={policy.body} after={proposal.body} label={label} />
  return (
    <Fetched query={before as typeof version} rows={2}>
      {(data) => <ChangesView before={data.body} after={proposal.body} label={label} />}
    </Fetched>
  )
}
