import { Link } from "@tanstack/react-router"
import { useEffect, useRef, useState } from "react"
import { type ApiError, asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Field, Textarea } from "@/ui/field"
import { words } from "@/ui/format"
import { AmendFields, differs, misfit } from "./amend-fields"
import type { Answering } from "./answering"
import { type Draft, reasonsFor } from "./drafts"
import type { Parameter } from "./facts"
import { type ApprovalDetail, HOLD_SECONDS } from "./queries"

const REASON_LENGTH_MAX = 2_000
const TITLES = { approve: "Approve", decline: "Decline", amend: "Amend" } as const
const LOOKS = { approve: "approve", decline: "decline", amend: "solid" } as const

/** The reason, and for an amendment what changes. Enter gives the answer; Escape goes back, and keeps nothing back. */
export function AnswerForm({
  detail,
  draft,
  actions,
  parameters,
  answering,
  onAnswered,
  onChange,
  onCancel,
  blind,
  begun,
}: {
  detail: ApprovalDetail
  draft: Draft
  actions: { name: string; label: string }[]
  parameters: Parameter[]
  answering: Answering
  onAnswered: () => void
  onChange: (draft: Draft) => void
  onCancel: () => void
  blind: boolean
  /** Begun just now, not found again among the drafts: then it takes the keyboard. */
  begun: boolean
}) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const reason = useRef<HTMLTextAreaElement>(null)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (!begun) return
    // What was suggested is replaced by typing; with an amendment the change comes first.
    const first = form.current?.querySelector<HTMLElement>("[data-first]") ?? reason.current
    first?.focus({ preventScroll: true })
    if (first instanceof HTMLTextAreaElement || first instanceof HTMLInputElement) first.select()
  }, [begun])
  const unfit = draft.verb === "amend" && parameters.some((each) => misfit(each, draft))
  const changed = draft.verb !== "amend" || blind || differs(draft, detail.action)
  const ready = draft.reason.trim() !== "" && changed && !unfit
  const send = async () => {
    if (!ready || busy) return
    setBusy(true)
    setError(null)
    try {
      await answering.answer(detail, draft)
      onAnswered()
    } catch (problem) {
      setError(asApiError(problem))
      setBusy(false)
    }
  }
  const chosen = actions.find((each) => each.name === draft.action)?.label ?? (draft.action && words(draft.action))
  const title = blind && chosen ? chosen : TITLES[draft.verb]
  // "Approve" of a proposal to reject could be taken for its opposite.
  const proposed = actions.find((each) => each.name === detail.action)?.label ?? words(detail.action ?? "")
  const said =
    draft.verb === "approve" && detail.action !== "approve" && detail.action ? `${title}: ${proposed}` : title
  const faulty = error?.field?.split(".").at(-1)
  const shownAtField = draft.verb === "amend" && (faulty === "action" || parameters.some(({ name }) => name === faulty))
  const fieldError = error?.field === "reason" ? error.sentence : null
  return (
    <form
      ref={form}
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.preventDefault()
          onCancel()
        } else if (
          event.key === "Enter" &&
          !event.shiftKey &&
          !event.nativeEvent.isComposing &&
          event.target instanceof HTMLTextAreaElement
        ) {
          event.preventDefault()
          void send()
        }
      }}
      className="flex flex-col gap-2.5"
    >
      {draft.verb === "amend" && (
        <AmendFields {...{ draft, actions, parameters, onChange, error }} proposed={blind ? null : detail.action} />
      )}
      <Field
        label={blind ? `Why ${title.toLowerCase()}? (kept in the record)` : "Reason (kept in the record)"}
        error={fieldError}
      >
        {(control) => (
          <Textarea
            {...control}
            ref={reason}
            rows={2}
            required
            maxLength={REASON_LENGTH_MAX}
            value={draft.reason}
            enterKeyHint="send"
            onChange={(event) => onChange({ ...draft, reason: event.target.value })}
          />
        )}
      </Field>
      <fieldset className="flex gap-1.5 max-lg:overflow-x-auto lg:flex-wrap">
        <legend className="sr-only">Reasons to choose from</legend>
        {reasonsFor(draft.verb)
          .filter((each) => each !== draft.reason)
          .map((each) => (
            <button
              key={each}
              type="button"
              onClick={() => {
                onChange({ ...draft, reason: each })
                reason.current?.focus()
              }}
              className="h-6 shrink-0 rounded-full border bg-surface px-2.5 text-xs whitespace-nowrap text-ink-2 hover:border-line-strong hover:text-ink max-lg:h-8"
            >
              {each}
            </button>
          ))}
      </fieldset>
      {error && !fieldError && !shownAtField && <Refused error={error} />}
      <div className="flex items-center gap-2">
        <Button
          type="submit"
          variant={LOOKS[draft.verb]}
          className="max-lg:h-12 max-lg:flex-1 max-lg:text-sm"
          disabled={!ready}
          busy={busy}
        >
          {said}
        </Button>
        <Button variant="ghost" className="max-lg:h-12 max-lg:text-sm" onClick={onCancel}>
          Cancel
        </Button>
        <span className="ml-auto hidden text-xs text-ink-3 lg:inline">
          {ready
            ? `Enter gives it; it can be taken back for ${HOLD_SECONDS} s`
            : changed
              ? ""
              : "Change the action or a value"}
        </span>
      </div>
    </form>
  )
}

/** Why an answer was not taken, and where to go on. What was typed stays. */
function Refused({ error }: { error: ApiError }) {
  const decision = error.data.decision_id
  return (
    <Notice tone="bad">
      <span role="alert">{error.sentence}</span>
      {typeof decision === "string" && (
        <>
          {" "}
          <Link to="/decisions/$decisionId" params={{ decisionId: decision }} className="font-medium underline">
            Open the new decision
          </Link>
        </>
      )}
    </Notice>
  )
}
