import { CircleAlert } from "lucide-react"
import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select } from "@/ui/field"
import { toast } from "@/ui/toast"
import { fieldOf } from "./acts/act-problem"
import { useLoanAct, useOnceKey } from "./acts/use-act"
import type { Loan } from "./queries"

type Kind = Schema["LoanLetterBody"]["kind"]
const KINDS: Record<Kind, [string, string]> = {
  schedule: ["Schedule", "Every instalment as it stands now."],
  statement: ["Statement", "What happened between two days; by default the last whole month."],
  arrears: ["Arrears notice", "What is overdue, what to do, and where to find help."],
  settlement: ["Settlement", "What pays the loan off on a day; of a closed loan, that it is paid in full."],
}
const FIELDS: ReadonlySet<string> = new Set(["begins", "ends", "valid_on"])

/** Issue a letter about a loan; it is frozen under its number. */
export default function NewLetter({ loan, onClose }: { loan: Loan; onClose: () => void }) {
  const late = Number(loan.figures.arrears) > 0
  const [kind, setKind] = useState<Kind>(late ? "arrears" : "statement")
  const [days, setDays] = useState({ begins: "", ends: "", valid_on: "" })
  const keyFor = useOnceKey()
  const act = useLoanAct(
    async () => {
      const body = {
        kind,
        begins: kind === "statement" ? days.begins || null : null,
        ends: kind === "statement" ? days.ends || null : null,
        valid_on: kind === "settlement" ? days.valid_on || null : null,
      }
      const { data } = await api.POST("/api/v1/lending/loans/{loan_id}/letters", {
        params: { path: { loan_id: loan.id }, header: keyFor(body) },
        body,
      })
      return data!
    },
    (letter) => {
      toast(`${KINDS[kind][0]} ${letter.number} issued`, { detail: "Read it, send it, and mark it as sent." })
      onClose()
    },
  )
  const wrong = (name: string) => (fieldOf(act.error) === name ? act.error!.message : null)
  const day = (name: keyof typeof days, label: string, hint?: string) => (
    <Field label={label} hint={hint} error={wrong(name)}>
      {(control) => (
        <Input
          {...control}
          type="date"
          value={days[name]}
          onChange={(event) => {
            setDays({ ...days, [name]: event.target.value })
            if (act.error) act.reset()
          }}
        />
      )}
    </Field>
  )
  return (
    <Dialog open onClose={onClose} title="New letter">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          act.mutate(undefined)
        }}
      >
        <Field label="Letter" hint={KINDS[kind][1]}>
          {(control) => (
            <Select
              {...control}
              value={kind}
              onChange={(event) => {
                setKind(event.target.value as Kind)
                act.reset()
              }}
            >
              {Object.entries(KINDS).map(([value, [label]]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {kind === "statement" && (
          <div className="grid grid-cols-2 gap-3">
            {day("begins", "From")}
            {day("ends", "To, included")}
          </div>
        )}
        {kind === "settlement" && day("valid_on", "Paid off on", "Empty: today.")}
        {act.error && !FIELDS.has(fieldOf(act.error) ?? "") && (
          <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
            <span role="alert">{act.error.message}</span>
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={act.isPending}>
            Issue
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
