import { useMutation } from "@tanstack/react-query"
import { Download } from "lucide-react"
import { useState } from "react"
import { api } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { download } from "@/ui/download"
import { Checkbox, Field, Input, Select } from "@/ui/field"
import { toast } from "@/ui/toast"
import { fieldOf } from "../loans/acts/act-problem"
import { useBusinessToday } from "../terms/days"

type Form = "csv" | "journal"

/** Postings of a range of days as a file: a table, or a journal that hledger reads. */
export default function ExportDialog({ form: first, onClose }: { form: Form; onClose: () => void }) {
  const today = useBusinessToday()
  const [form, setForm] = useState(first)
  const [from, setFrom] = useState(`${today.slice(0, 4)}-01-01`)
  const [to, setTo] = useState(today)
  const [byDay, setByDay] = useState(false)
  const [opening, setOpening] = useState(false)
  const run = useMutation({
    mutationFn: async () => {
      const wanted = { from, to, grouped: byDay ? ("day" as const) : undefined }
      // Fetched rather than linked to: a link could not say in which organisation.
      const { data } =
        form === "csv"
          ? await api.GET("/api/v1/lending/ledger/export.csv", { params: { query: wanted }, parseAs: "blob" })
          : await api.GET("/api/v1/lending/ledger/export.journal", {
              params: { query: { ...wanted, opening } },
              parseAs: "blob",
            })
      download(`ledger-${from}-${to}.${form}`, data as Blob, form === "csv" ? "text/csv" : "text/plain")
    },
    onSuccess: () => {
      toast("Ledger exported")
      onClose()
    },
  })
  const field = fieldOf(run.error)?.replace(/^query\./, "") ?? null
  const wrong = (name: string) => (field === name ? asApiError(run.error).sentence : null)
  const crossed = from > to ? "Ends before it begins." : null
  return (
    <Dialog open onClose={onClose} title="Export the ledger">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!crossed) run.mutate()
        }}
      >
        <Field label="As">
          {(control) => (
            <Select {...control} value={form} onChange={(event) => setForm(event.target.value as Form)}>
              <option value="csv">Table for a spreadsheet (CSV)</option>
              <option value="journal">Journal for hledger or Ledger</option>
            </Select>
          )}
        </Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label="Booked from" error={wrong("from") ?? wrong("since")}>
            {(control) => (
              <Input
                {...control}
                type="date"
                required
                max={today}
                value={from}
                onChange={(event) => setFrom(event.target.value)}
              />
            )}
          </Field>
          <Field label="to, that day included" error={crossed ?? wrong("to") ?? wrong("until")}>
            {(control) => (
              <Input
                {...control}
                type="date"
                required
                max={today}
                value={to}
                onChange={(event) => setTo(event.target.value)}
              />
            )}
          </Field>
        </div>
        <Checkbox
          label="Summed up by day and account"
          checked={byDay}
          onChange={(event) => setByDay(event.target.checked)}
        />
        {form === "journal" && (
          <Checkbox
            label="Begin with the balances before the first day"
            checked={opening}
            onChange={(event) => setOpening(event.target.checked)}
          />
        )}
        <p className="text-xs text-ink-3">At most 1,100 days. That it was exported is kept in the record.</p>
        {run.error && !["from", "to", "since", "until"].includes(field ?? "") && (
          <Notice tone="bad">
            <span role="alert">{asApiError(run.error).sentence}</span>
          </Notice>
        )}
        <div className="mt-1 flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={run.isPending}>
            <Download /> Export
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
