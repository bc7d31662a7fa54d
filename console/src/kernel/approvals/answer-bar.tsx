import { Check, PencilLine, X } from "lucide-react"
import { useState } from "react"
import { Kbd } from "@/ui/basics"
import { Button } from "@/ui/button"
import { useKeys } from "@/ui/keys"
import { AnswerForm } from "./answer-form"
import type { Answering } from "./answering"
import { type Draft, defaultReason, isDefault, setDraft, useDraft } from "./drafts"
import type { Parameter } from "./facts"
import type { ApprovalDetail, Verb } from "./queries"

interface Props {
  detail: ApprovalDetail
  actions: { name: string; label: string }[]
  parameters: Parameter[]
  answering: Answering
  onAnswered: () => void
  /** False while keys mean something else, such as an answer to many cases. */
  keys: boolean
}

/**
 * Answering one case: approve, decline or amend, each with its reason. On a phone it stays at the bottom of the screen. In a
 * blind case, where nobody knows what was proposed, a person says what they would do themselves.
 */
export function AnswerBar({ detail, actions, parameters, answering, onAnswered, keys }: Props) {
  const draft = useDraft(detail.id)
  const [begun, setBegun] = useState(false)
  const blind = detail.decision.concealed
  const begin = (verb: Verb, action?: string) => {
    setBegun(true)
    const typed = draft && !isDefault(draft.reason) ? draft.reason : undefined
    const reason = typed ?? (blind ? "My own judgement of the facts." : defaultReason(verb))
    setDraft(detail.id, {
      verb,
      open: true,
      reason,
      action: action ?? draft?.action,
      parameters: draft?.parameters ?? {},
    })
  }
  useKeys(
    {
      ...(!blind && { a: () => begin("approve"), d: () => begin("decline") }),
      e: () => begin("amend", blind ? actions[0]?.name : undefined),
    },
    keys && !draft?.open,
  )
  return (
    <div
      data-answer-bar
      className="fixed inset-x-0 bottom-[calc(3.5rem+env(safe-area-inset-bottom)+1px)] z-20 max-h-[75dvh] overflow-y-auto border-t bg-surface px-4 py-3 md:bottom-0 md:left-56 lg:sticky lg:inset-auto lg:top-14 lg:max-h-none lg:overflow-visible lg:border-t-0 lg:border-b lg:px-5 lg:py-2.5"
    >
      {draft?.open ? (
        <AnswerForm
          key={`${detail.id}-${draft.verb}`}
          {...{ detail, draft, actions, parameters, answering, onAnswered, blind, begun }}
          onChange={(next: Draft) => setDraft(detail.id, next)}
          onCancel={() => setDraft(detail.id, { ...draft, open: false })}
        />
      ) : blind ? (
        <fieldset className="flex flex-wrap items-center gap-2">
          <legend className="sr-only">What would you do?</legend>
          <span aria-hidden className="mr-1 w-full text-[13px] font-medium sm:w-auto">
            What would you do?
          </span>
          {actions.map((action) => (
            <Button
              key={action.name}
              className="max-lg:h-12 max-lg:flex-1 max-lg:text-sm"
              onClick={() => begin("amend", action.name)}
            >
              {action.label}
            </Button>
          ))}
        </fieldset>
      ) : (
        <div className="flex gap-2">
          <Button
            variant="approve"
            className="max-lg:h-12 max-lg:flex-1 max-lg:text-sm"
            aria-keyshortcuts="a"
            onClick={() => begin("approve")}
          >
            <Check aria-hidden /> Approve <Hint>a</Hint>
          </Button>
          <Button
            variant="decline"
            className="max-lg:h-12 max-lg:flex-1 max-lg:text-sm"
            aria-keyshortcuts="d"
            onClick={() => begin("decline")}
          >
            <X aria-hidden /> Decline <Hint>d</Hint>
          </Button>
          <Button
            className="max-lg:h-12 max-lg:flex-1 max-lg:text-sm"
            aria-keyshortcuts="e"
            onClick={() => begin("amend")}
          >
            <PencilLine aria-hidden /> Amend <Hint>e</Hint>
          </Button>
          {draft && !isDefault(draft.reason) && (
            <span className="hidden min-w-0 self-center truncate text-xs text-ink-3 lg:inline">
              Kept: <q>{draft.reason}</q>
            </span>
          )}
        </div>
      )}
    </div>
  )
}

const Hint = ({ children }: { children: string }) => (
  <span aria-hidden className="ml-0.5 hidden lg:inline">
    <Kbd>{children}</Kbd>
  </span>
)
