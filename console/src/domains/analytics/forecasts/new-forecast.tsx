import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { CircleAlert } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { Field, Input } from "@/ui/field"
import { toast } from "@/ui/toast"
import { datasetQuery, sourcesQuery } from "../datasets/queries"
import { ColumnFields } from "./column-fields"
import { emptyForm, type Form, fieldOf, guess, type SourceColumn, toBody } from "./form"
import { InventoryFields } from "./inventory-fields"
import { aboutForecasts, FORECASTS } from "./queries"
import { forecastsRoute } from "./routes"
import { KINDS, type Kind } from "./search"
import { SourceFields } from "./source-fields"
import { TermFields } from "./term-fields"
import { kindDoes, kindWord } from "./words"

const NAME_LENGTH_MAX = 200

/** The form that asks for a forecast: what kind, from which rows, which columns mean what, and how far ahead. */
export default function NewForecast({ dataset }: { dataset?: string }) {
  const navigate = forecastsRoute.useNavigate()
  const client = useQueryClient()
  const [form, setForm] = useState<Form>(() => emptyForm(dataset))
  const [guessed, setGuessed] = useState("")
  const [named, setNamed] = useState(false)
  const known = useKnown(form)
  const set = (part: Partial<Form>) => {
    setForm((before) => ({ ...before, ...part }))
    if (ask.error) ask.reset()
  }
  // Guessed anew for another table or kind, and only then: what somebody chose stays chosen.
  const about = `${form.from} ${form.source} ${form.kind}`
  if (known && guessed !== about) {
    setGuessed(about)
    setForm((before) => ({
      ...before,
      ...guess(before.kind, known.columns),
      ...(!named && { name: `${kindWord(before.kind)}: ${known.name}`.slice(0, NAME_LENGTH_MAX) }),
    }))
  }
  const ask = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST(FORECASTS, { body: toBody(form), params: { header: once() } })
      return data!
    },
    onSuccess: (forecast) => {
      toast(forecast.state === "running" ? "It is being computed" : (forecast.headline ?? "It is done"))
      void client.invalidateQueries({ predicate: aboutForecasts })
      void navigate({ to: "/forecasts/$forecastId", params: { forecastId: forecast.id }, search: {} })
    },
  })
  const problem = ask.error && asApiError(ask.error)
  const at = fieldOf(problem?.field ?? null)
  const wrong = (field: string) => (problem && at === field ? problem.sentence : null)
  const shown = at !== null && (at === "name" || at.startsWith("source") || FIELDS.some((each) => at.startsWith(each)))
  const forMetric = form.from === "metric"
  return (
    <form
      className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]"
      onSubmit={(event) => {
        event.preventDefault()
        if (!ask.isPending) ask.mutate()
      }}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <KindChoice
          kind={form.kind}
          onChange={(kind) => set({ kind, ...(forMetric && needsRows(kind) && { from: "dataset", source: "" }) })}
        />
        <Card title="From which rows">
          <SourceFields form={form} onChange={set} wrong={wrong} />
        </Card>
        {known && !forMetric && (
          <Card title="Which columns mean what">
            <ColumnFields form={form} columns={known.columns} onChange={set} wrong={wrong} />
          </Card>
        )}
        {form.kind === "inventory" && (
          <Card title="What stock costs">
            <InventoryFields form={form} onChange={set} wrong={wrong} />
          </Card>
        )}
      </div>
      <div className="flex flex-col gap-4">
        <Card title="How far, how sure">
          <TermFields form={form} onChange={set} wrong={wrong} />
        </Card>
        <Card title="What it is called">
          <div className="flex flex-col gap-3">
            <Field label="Name" error={wrong("name")}>
              {(control) => (
                <Input
                  {...control}
                  required
                  autoComplete="off"
                  maxLength={NAME_LENGTH_MAX}
                  value={form.name}
                  onChange={(event) => {
                    setNamed(true)
                    set({ name: event.target.value })
                  }}
                />
              )}
            </Field>
            {problem && (
              <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
                <span role="alert">
                  {shown ? "One answer is needed before it can begin; see above." : problem.sentence}
                </span>
              </Notice>
            )}
            <Button type="submit" variant="solid" disabled={!form.name.trim() || !form.source} busy={ask.isPending}>
              {ask.isPending ? "Forecasting…" : "Forecast"}
            </Button>
            <p className="text-xs text-ink-3">
              What is small is answered at once; the rest goes on while you do something else.
            </p>
          </div>
        </Card>
      </div>
    </form>
  )
}

const FIELDS = ["columns", "horizon", "frequency", "coverage", "country", "capacity", "inventory", "method"]
const needsRows = (kind: Kind) => kind === "churn" || kind === "inventory"

/** The columns of what is chosen, once they are known. */
function useKnown({ from, source }: Form): { name: string; columns: SourceColumn[] } | null {
  const dataset = useQuery({ ...datasetQuery(source), enabled: from === "dataset" && source !== "" })
  const record = useQuery({ ...sourcesQuery, enabled: from === "record" })
  if (source === "") return null
  if (from === "dataset") return dataset.data?.dataset_id === source ? dataset.data : null
  if (from === "record") return record.data?.items.find(({ name }) => name === source) ?? null
  return { name: source, columns: [] }
}

function KindChoice({ kind, onChange }: { kind: Kind; onChange: (kind: Kind) => void }) {
  return (
    <fieldset className="grid gap-2 sm:grid-cols-2 xl:grid-cols-4">
      <legend className="sr-only">Kind of forecast</legend>
      {KINDS.map((each) => (
        <label
          key={each}
          className={cn(
            "card block cursor-pointer p-3 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-ring",
            each === kind ? "border-accent bg-accent-soft/40" : "hover:bg-sunken/60",
          )}
        >
          <span className="flex items-center gap-2 text-[13px] font-semibold">
            <input
              type="radio"
              name="kind"
              aria-label={kindWord(each)}
              className="size-4 accent-accent"
              checked={each === kind}
              onChange={() => onChange(each)}
            />
            {kindWord(each)}
          </span>
          <span className="mt-1 block text-xs text-ink-3">{kindDoes(each)}</span>
        </label>
      ))}
    </fieldset>
  )
}
