import { Field, Select } from "@/ui/field"

/** How a file is to be read; what is not said is found out. */
export interface FileOptions {
  delimiter: string | undefined
  day_first: boolean | undefined
  header: boolean | undefined
}

export const NO_OPTIONS: FileOptions = { delimiter: undefined, day_first: undefined, header: undefined }

const DELIMITERS: [string, string][] = [
  [",", "Comma"],
  [";", "Semicolon"],
  ["\t", "Tab"],
  ["|", "Bar"],
]
const said = (value: boolean | undefined) => (value === undefined ? "" : String(value))
const heard = (value: string) => (value === "" ? undefined : value === "true")
const TEXT = /\.(csv|tsv|txt)(\.\w+)?$/i

/** How to read a file where what is found out by itself is wrong. Closed, since that is rare. */
export function FileReading({
  file,
  options,
  onChange,
  open,
}: {
  file: File
  options: FileOptions
  onChange: (options: FileOptions) => void
  open: boolean
}) {
  const text = TEXT.test(file.name)
  const choice = (
    label: string,
    hint: string,
    value: string,
    set: (value: string) => void,
    all: [string, string][],
  ) => (
    <Field label={label} hint={hint}>
      {(control) => (
        <Select {...control} value={value} onChange={(event) => set(event.target.value)}>
          <option value="">Find out</option>
          {all.map(([each, word]) => (
            <option key={each} value={each}>
              {word}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
  return (
    <details open={open || undefined} className="card px-4 py-3">
      <summary className="cursor-pointer text-[13px] font-medium">How it is read</summary>
      <p className="mt-1 text-xs text-ink-3">Found out from the file. Say it only where the result is wrong.</p>
      <div className="mt-3 grid gap-3 sm:grid-cols-3">
        {text &&
          choice(
            "Between columns",
            "The sign that parts the cells.",
            options.delimiter ?? "",
            (delimiter) => onChange({ ...options, delimiter: delimiter || undefined }),
            DELIMITERS,
          )}
        {choice(
          "Dates",
          "What 03/04/2020 means.",
          said(options.day_first),
          (value) => onChange({ ...options, day_first: heard(value) }),
          [
            ["true", "Day first: 3 April"],
            ["false", "Month first: March 4"],
          ],
        )}
        {choice(
          "First row",
          "Whether it names the columns.",
          said(options.header),
          (value) => onChange({ ...options, header: heard(value) }),
          [
            ["true", "Names the columns"],
            ["false", "Is a row like the others"],
          ],
        )}
      </div>
    </details>
  )
}
