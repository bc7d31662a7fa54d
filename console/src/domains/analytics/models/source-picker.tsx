import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Field, Select } from "@/ui/field"
import { count } from "@/ui/format"
import { datasetsQuery, sourcesQuery } from "./columns"
import type { Source } from "./form-values"

const DATASET = "dataset:"
const RECORD = "record:"
const QUERY = "query"

const choiceOf = (source: Source | null) => {
  if (source === null) return ""
  if ("dataset_id" in source) return DATASET + source.dataset_id
  return "source" in source ? RECORD + source.source : QUERY
}

/** Choose what is learnt from: a dataset, or a table of the record as it then is. */
export function SourcePicker({
  source,
  error,
  onChange,
}: {
  source: Source | null
  error?: string
  onChange: (source: Source | null) => void
}) {
  const datasets = useQuery(datasetsQuery)
  const records = useQuery(sourcesQuery)
  const chosen = choiceOf(source)
  const [set, record] = [
    datasets.data?.items.find((each) => DATASET + each.dataset_id === chosen),
    records.data?.items.find((each) => RECORD + each.name === chosen),
  ]
  const gone = datasets.data !== undefined && chosen.startsWith(DATASET) && !set
  return (
    <Field
      label="Learns from"
      error={error ?? (gone ? "This dataset is not among those kept any more; choose another." : null)}
      hint={
        set ? (
          `${count(set.row_count)} rows, ${count(set.column_count)} columns.`
        ) : record ? (
          `${record.why} Read anew with each training.`
        ) : (
          <>
            A table with one row for each case.{" "}
            <Link to="/datasets/new" className="text-accent underline">
              Upload a dataset
            </Link>
          </>
        )
      }
    >
      {(control) => (
        <Select
          {...control}
          value={chosen}
          onChange={({ target: { value } }) =>
            onChange(
              value.startsWith(DATASET)
                ? { dataset_id: value.slice(DATASET.length) }
                : value.startsWith(RECORD)
                  ? { source: value.slice(RECORD.length) }
                  : value === QUERY
                    ? source
                    : null,
            )
          }
        >
          <option value="">Choose…</option>
          {chosen === QUERY && <option value={QUERY}>The query as it was given</option>}
          {gone && <option value={chosen}>A dataset that was removed</option>}
          {datasets.data && datasets.data.items.length > 0 && (
            <optgroup label="Datasets">
              {datasets.data.items.map((each) => (
                <option key={each.dataset_id} value={DATASET + each.dataset_id}>
                  {each.name}
                </option>
              ))}
            </optgroup>
          )}
          {records.data && (
            <optgroup label="Tables of the record">
              {records.data.items.map((each) => (
                <option key={each.name} value={RECORD + each.name}>
                  {each.name}
                </option>
              ))}
            </optgroup>
          )}
        </Select>
      )}
    </Field>
  )
}
