import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Field, Select } from "@/ui/field"
import { count, words } from "@/ui/format"
import { choiceQuery, sourcesQuery } from "../datasets/queries"
import type { Form, SourceKind } from "./form"
import { figuresQuery } from "./queries"

interface Choice {
  value: string
  label: string
}

/** Which rows a forecast goes on from: a dataset, a table of the record, or a metric of the business. */
export function SourceFields({
  form,
  onChange,
  wrong,
}: {
  form: Form
  onChange: (part: Partial<Form>) => void
  wrong: (field: string) => string | null
}) {
  const datasets = useQuery({ ...choiceQuery, enabled: form.from === "dataset" })
  const record = useQuery({ ...sourcesQuery, enabled: form.from === "record" })
  const figures = useQuery({ ...figuresQuery, enabled: form.from === "metric" })
  const rowsNeeded = form.kind === "churn" || form.kind === "inventory"
  const choices: Record<SourceKind, Choice[] | undefined> = {
    dataset: datasets.data?.items.map((each) => ({
      value: each.dataset_id,
      label: `${each.name} (${count(each.row_count)} rows)`,
    })),
    record: record.data?.items.map((each) => ({ value: each.name, label: words(each.name) })),
    metric: figures.data?.items
      .filter(({ kind }) => kind !== "dataset")
      .map((each) => ({ value: each.data_source.replace(/^(metric|stream):/, ""), label: each.name })),
  }
  const shown = choices[form.from]
  const why = record.data?.items.find(({ name }) => name === form.source)?.why
  const fault =
    wrong("source") ?? wrong(`source.${form.from === "record" ? "source" : form.from}`) ?? wrong("source.dataset_id")
  return (
    <div className="grid gap-3 sm:grid-cols-[12rem_minmax(0,1fr)]">
      <Field label="From">
        {(control) => (
          <Select
            {...control}
            value={form.from}
            onChange={(event) => onChange({ from: event.target.value as SourceKind, source: "" })}
          >
            <option value="dataset">A dataset</option>
            <option value="record">The record</option>
            {!rowsNeeded && <option value="metric">A metric</option>}
          </Select>
        )}
      </Field>
      <Field
        label={form.from === "dataset" ? "Dataset" : form.from === "record" ? "Table" : "Metric"}
        error={fault}
        hint={
          form.from === "record" ? (
            why
          ) : form.from === "dataset" ? (
            shown?.length === 0 ? (
              <>
                There is none yet.{" "}
                <Link to="/datasets/new" search={{}} className="text-accent underline">
                  Add data
                </Link>
              </>
            ) : (
              "A row for each sale, visit or day; with a column of dates."
            )
          ) : (
            "By the day; by the hour where that is asked for at the side."
          )
        }
      >
        {(control) => (
          <Select
            {...control}
            required
            value={form.source}
            onChange={(event) => onChange({ source: event.target.value })}
          >
            <option value="">{shown ? "Choose one" : "Fetching…"}</option>
            {shown?.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}
