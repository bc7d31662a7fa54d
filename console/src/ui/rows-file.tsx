import { Field, Input } from "./field"

export const isTooLarge = (file: File | null, megabytes: number) => file !== null && file.size > megabytes * 1024 * 1024

interface RowsFileProps {
  /** What the file holds, and how large it may be. */
  hint: string
  megabytes: number
  file: File | null
  disabled?: boolean
  onChoose: (file: File | null) => void
}

/** A file of rows: CSV with a header, or one JSON object a line. */
export function RowsFile({ hint, megabytes, file, disabled, onChoose }: RowsFileProps) {
  return (
    <Field
      label="File"
      hint={hint}
      error={isTooLarge(file, megabytes) ? `The file is larger than ${megabytes} MB. Split it.` : null}
    >
      {(control) => (
        <Input
          {...control}
          type="file"
          accept=".csv,.ndjson,.jsonl,.json,text/csv,application/x-ndjson"
          className="py-1"
          disabled={disabled}
          onChange={(event) => onChoose(event.target.files?.[0] ?? null)}
        />
      )}
    </Field>
  )
}
