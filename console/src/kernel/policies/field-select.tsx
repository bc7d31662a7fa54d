import { Select } from "@/ui/field"
import { useEditor } from "./editor"
import { AGGREGATES, type ValueWord } from "./vocabulary"

const SOURCES = {
  input: "Entered",
  feature: "Derived",
  score: "The model's",
  aggregate: "Counted over time",
  gate: "The decision itself",
}

const groupOf = (field: ValueWord): keyof typeof SOURCES =>
  field.name.startsWith(AGGREGATES) ? "aggregate" : field.source

/** One of the fields a rule may look at, grouped by where they come from. */
export function FieldSelect({
  label,
  value,
  onChange,
  invalid,
  numbersOnly,
  id,
}: {
  /** The id by which a label of its own names it. */
  id?: string
  label: string
  value: string
  onChange: (name: string) => void
  invalid?: boolean
  numbersOnly?: boolean
}) {
  const { fields } = useEditor()
  const offered = numbersOnly ? fields.filter((field) => field.type === "number" || field.type === "integer") : fields
  return (
    <Select
      id={id}
      aria-label={id ? undefined : label}
      aria-invalid={invalid || undefined}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {!offered.some((field) => field.name === value) && <option value={value}>{value || "Choose a field"}</option>}
      {(Object.keys(SOURCES) as (keyof typeof SOURCES)[]).map((source) => {
        const those = offered.filter((field) => groupOf(field) === source)
        return (
          those.length > 0 && (
            <optgroup key={source} label={SOURCES[source]}>
              {those.map((field) => (
                <option key={field.name} value={field.name}>
                  {field.label}
                </option>
              ))}
            </optgroup>
          )
        )
      })}
    </Select>
  )
}
