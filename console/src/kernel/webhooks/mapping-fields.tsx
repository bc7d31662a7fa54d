import { Plus, X } from "lucide-react"
import { Button } from "@/ui/button"
import { Input, Select } from "@/ui/field"
import type { MappingRow } from "./mapping"

const ROWS_MAX = 100

/** Which field of the proposal takes which part of the message. */
export function MappingFields({
  rows,
  error,
  onChange,
}: {
  rows: MappingRow[]
  error: string | null
  onChange: (rows: MappingRow[]) => void
}) {
  const put = (at: number, part: Partial<MappingRow>) =>
    onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)))
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs font-medium text-ink-2">Mapping</legend>
      <p className="text-xs text-ink-3">
        A field of the proposal (inputs.amount) takes a path of the message (data.loan.sum) or a fixed value. Without a
        row, the message is the proposal.
      </p>
      {rows.map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <div key={at} className="grid grid-cols-[minmax(0,1fr)_6.5rem_minmax(0,1fr)_2rem] gap-2">
          <Input
            aria-label={`Field ${at + 1}`}
            placeholder="inputs.amount"
            value={row.target}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => put(at, { target: event.target.value })}
          />
          <Select
            aria-label={`Where field ${at + 1} comes from`}
            value={row.from}
            onChange={(event) => put(at, { from: event.target.value === "value" ? "value" : "path" })}
          >
            <option value="path">from path</option>
            <option value="value">is always</option>
          </Select>
          <Input
            aria-label={row.from === "path" ? `Path of field ${at + 1}` : `Value of field ${at + 1}`}
            placeholder={row.from === "path" ? "data.loan.sum" : "personal"}
            required
            value={row.text}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => put(at, { text: event.target.value })}
          />
          <Button
            size="icon"
            variant="ghost"
            aria-label={`Remove field ${at + 1}`}
            onClick={() => onChange(rows.filter((_, index) => index !== at))}
          >
            <X />
          </Button>
        </div>
      ))}
      {error && (
        <p role="alert" className="text-xs text-decline">
          {error}
        </p>
      )}
      {rows.length < ROWS_MAX && (
        <Button
          size="sm"
          className="self-start"
          onClick={() => onChange([...rows, { target: "", from: "path", text: "" }])}
        >
          <Plus /> Add a field
        </Button>
      )}
    </fieldset>
  )
}
