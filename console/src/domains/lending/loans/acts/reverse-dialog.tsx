import { useState } from "react"
import { api } from "@/api/client"
import { Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Textarea } from "@/ui/field"
import { words } from "@/ui/format"
import { toast } from "@/ui/toast"
import { dayText } from "../../terms/days"
import { Amount, amountText, isZero } from "../amounts"
import { parametersText } from "../history"
import type { Loan, Recorded } from "../queries"
import { ActProblem } from "./act-problem"
import { useLoanAct, useOnceKey, useSeenVersion } from "./use-act"

const REASON_LENGTH_MAX = 2_000

/** Take a transaction back as if it had never been; it stays on the record, and so does why. */
export function ReverseDialog({
  loan,
  transaction,
  onClose,
}: {
  loan: Loan
  transaction: Recorded
  onClose: () => void
}) {
  const [reason, setReason] = useState("")
  const version = useSeenVersion(loan)
  const keyFor = useOnceKey()
  const act = useLoanAct(
    async (why: string) => {
      const body = { reason: why, expected_version: version.seen }
      const { data } = await api.POST("/api/v1/lending/loans/{loan_id}/transactions/{transaction_id}/reverse", {
        params: {
          path: { loan_id: loan.id, transaction_id: transaction.id },
          header: keyFor({ ...body, transaction: transaction.id }),
        },
        body,
      })
      return data!
    },
    (recorded) => {
      toast("Reversed", {
        detail: `${loan.reference}: ${amountText(recorded.outstanding, loan.currency)} outstanding${
          isZero(recorded.arrears) ? "" : `, ${amountText(recorded.arrears, loan.currency)} in arrears`
        }`,
      })
      onClose()
    },
  )
  const what = words(transaction.type).toLowerCase()
  const paid = transaction.allocations.length
  return (
    <Dialog open onClose={onClose} title={`Reverse this ${what}?`}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (reason.trim() && !act.isPending) act.mutate(reason.trim())
        }}
      >
        <Facts
          items={[
            ["Counts from", dayText(transaction.value_on)],
            [
              "Amount",
              isZero(transaction.amount) ? (
                "–"
              ) : (
                <Amount key="amount" value={transaction.amount} currency={transaction.currency} />
              ),
            ],
            ["Reference", transaction.reference ?? "–"],
            ["Terms", parametersText(transaction.type, transaction.parameters) || "–"],
          ]}
        />
        <p className="text-[13px] text-ink-2">
          The loan becomes what it would be without it
          {paid > 0 && `: what it paid in ${paid} ${paid === 1 ? "part" : "parts"} is owed again`}, and the ledger is
          booked anew from {dayText(transaction.value_on)}. Both stay on the record.
        </p>
        <Field label="Reason (kept in the record)">
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              required
              maxLength={REASON_LENGTH_MAX}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {act.error && (
          <ActProblem
            error={act.error}
            onAccept={() => {
              version.accept()
              act.reset()
            }}
          />
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="decline" disabled={!reason.trim()} busy={act.isPending}>
            Reverse
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
