import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Textarea } from "@/ui/field"
import { toast } from "@/ui/toast"
import { fieldOf } from "../loans/acts/act-problem"
import { useOnceKey } from "../loans/acts/use-act"
import { aboutLetters } from "./sending"

const REASONS_MAX = 4
const FACTORS_MAX = 5
const lines = (text: string) => text.split("\n").flatMap((line) => line.trim() || [])

/** Issue a notice of adverse action that could not be written by itself: a person states the reasons. */
export function IssueNotice({ notice, onClose }: { notice: Schema["NoticeView"]; onClose: () => void }) {
  const client = useQueryClient()
  const [reasons, setReasons] = useState("")
  const [factors, setFactors] = useState("")
  const key = useOnceKey()
  const issue = useMutation({
    mutationFn: () => {
      const body = { kind: "adverse_action" as const, reasons: lines(reasons), score_factors: lines(factors) }
      return api.POST("/api/v1/lending/applications/{application_id}/letters", {
        params: { path: { application_id: notice.application_id } },
        body,
        headers: key(body),
      })
    },
    onSuccess: ({ data }) => {
      toast(`${data?.number ?? "The notice"} is issued`)
      onClose()
    },
    onSettled: () => client.invalidateQueries({ predicate: aboutLetters }),
  })
  const field = fieldOf(issue.error)
  const wrong = (name: string) => (field?.startsWith(name) ? asApiError(issue.error).sentence : null)
  return (
    <Dialog open onClose={onClose} title={`Notice for ${notice.reference}`}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          issue.mutate()
        }}
      >
        {notice.problem && <Notice tone="warn">{notice.problem}</Notice>}
        <Field
          label="Principal reasons"
          error={wrong("reasons")}
          hint={`One on each line, at most ${REASONS_MAX}. Empty: those the decision found.`}
        >
          {(control) => (
            <Textarea {...control} rows={4} value={reasons} onChange={(event) => setReasons(event.target.value)} />
          )}
        </Field>
        <Field
          label="What moved the credit score most"
          error={wrong("score_factors")}
          hint={`As the agency reported it, one on each line, at most ${FACTORS_MAX}.`}
        >
          {(control) => (
            <Textarea {...control} rows={3} value={factors} onChange={(event) => setFactors(event.target.value)} />
          )}
        </Field>
        {issue.error && !wrong("reasons") && !wrong("score_factors") && (
          <Notice tone="bad">
            <span role="alert">{asApiError(issue.error).sentence}</span>
          </Notice>
        )}
        <div className="mt-1 flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="solid"
            busy={issue.isPending}
            disabled={lines(reasons).length > REASONS_MAX || lines(factors).length > FACTORS_MAX}
          >
            Issue the notice
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
