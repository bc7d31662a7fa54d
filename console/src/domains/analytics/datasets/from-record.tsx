import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { CircleAlert, Database } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Badge, Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { Field } from "@/ui/field"
import { count, words } from "@/ui/format"
import { NumberInput } from "@/ui/number-input"
import { Empty, Fetched } from "@/ui/states"
import { toast } from "@/ui/toast"
import { NameFields } from "./name-fields"
import { aboutDatasets, DATASETS, type Source, sourcesQuery } from "./queries"
import { addDataRoute } from "./routes"
import { typeWord } from "./words"

const ROWS_MAX = 500_000

/** A table of the record as a dataset: what each holds and why it is there, then how many of its newest rows. */
export function FromRecord() {
  const sources = useQuery(sourcesQuery)
  return (
    <Fetched query={sources}>
      {({ items }) =>
        items.length === 0 ? (
          <div className="card">
            <Empty icon={<Database />} title="The record has no table to learn from yet">
              Upload a file instead.
            </Empty>
          </div>
        ) : (
          <Choice sources={items} />
        )
      }
    </Fetched>
  )
}

function Choice({ sources }: { sources: Source[] }) {
  const search = addDataRoute.useSearch()
  const navigate = addDataRoute.useNavigate()
  const chosen = sources.find((each) => each.name === search.source) ?? sources[0]!
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <fieldset className="flex flex-col gap-2">
        <legend className="sr-only">Table of the record</legend>
        {sources.map((source) => (
          <label
            key={source.name}
            className={cn(
              "card block cursor-pointer p-4 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-ring",
              source === chosen ? "border-accent bg-accent-soft/40" : "hover:bg-sunken/60",
            )}
          >
            <span className="flex items-center gap-2 text-[13px]">
              <input
                type="radio"
                name="source"
                aria-label={words(source.name)}
                className="size-4 accent-accent"
                checked={source === chosen}
                onChange={() =>
                  void navigate({ search: (before) => ({ ...before, source: source.name }), replace: true })
                }
              />
              <span className="font-semibold">{words(source.name)}</span>
              <span className="mono truncate text-xs text-ink-3">{source.name}</span>
            </span>
            <span className="mt-1 block pl-6 text-[13px] text-ink-2">{source.why}</span>
            {source === chosen && (
              <span className="mt-2 flex flex-wrap gap-1.5 pl-6">
                {source.columns.map((column) => (
                  <Badge key={column.name}>
                    <span className="mono">{column.name}</span>
                    <span className="font-normal">{typeWord(column.type).toLowerCase()}</span>
                  </Badge>
                ))}
              </span>
            )}
          </label>
        ))}
      </fieldset>
      <KeepForm key={chosen.name} source={chosen} />
    </div>
  )
}

function KeepForm({ source }: { source: Source }) {
  const navigate = addDataRoute.useNavigate()
  const client = useQueryClient()
  const [name, setName] = useState(`${source.name.replaceAll(".", " ")} ${new Date().toISOString().slice(0, 10)}`)
  const [description, setDescription] = useState("")
  const [limit, setLimit] = useState<number | undefined>(undefined)
  const keep = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST(`${DATASETS}/record`, {
        body: { name: name.trim(), description: description.trim(), source: source.name, limit: limit ?? ROWS_MAX },
        params: { header: once() },
      })
      return data!
    },
    onSuccess: (dataset) => {
      toast(`“${dataset.name}” is kept`, { detail: `${count(dataset.row_count)} rows of ${source.name}` })
      void client.invalidateQueries({ predicate: aboutDatasets })
      void navigate({ to: "/datasets/$datasetId", params: { datasetId: dataset.dataset_id }, search: {} })
    },
  })
  const problem = keep.error && asApiError(keep.error)
  const fault = (field: string) => (problem?.field === field ? problem.sentence : null)
  return (
    <Card title="Keep it as a dataset">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          keep.mutate()
        }}
      >
        <NameFields
          name={name}
          onName={setName}
          description={description}
          onDescription={setDescription}
          fault={fault("name")}
        />
        <Field
          label="Rows at most"
          hint={`The newest. Empty for all, up to ${count(ROWS_MAX)}.`}
          error={fault("limit")}
        >
          {(control) => <NumberInput {...control} inputMode="numeric" value={limit} onChange={setLimit} />}
        </Field>
        {problem && !["name", "limit"].includes(problem.field ?? "") && (
          <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
            <span role="alert">{problem.sentence}</span>
          </Notice>
        )}
        <Button type="submit" variant="solid" disabled={!name.trim()} busy={keep.isPending}>
          Keep these rows
        </Button>
        <p className="text-xs text-ink-3">“Refresh” on the dataset reads the newest rows again later.</p>
      </form>
    </Card>
  )
}
