import { Plus, Trash2 } from "lucide-react"
import { Button } from "@/ui/button"
import { Input, Select } from "@/ui/field"
import { ConditionBuilder } from "./condition-builder"
import { type Aggregate, ALWAYS, type PolicyDocument } from "./document"
import { Checked, FoundAt, useEditor } from "./editor"
import { FieldSelect } from "./field-select"
import { isAggregateName } from "./vocabulary"
import { aggregateText } from "./wording"

const MEASURES: [Aggregate["measure"], string][] = [
  ["count", "How many decisions"],
  ["sum", "Sum of a value"],
  ["distinct", "How many different values"],
]

/** What is counted of a customer's earlier decisions over time; rules read each as a field of its own. */
export function AggregatesEditor() {
  const { document, change, vocabulary, label } = useEditor()
  const aggregates = document.aggregates ?? []
  const set = (next: Aggregate[]) =>
    change(({ aggregates: _, ...rest }): PolicyDocument => (next.length ? { ...rest, aggregates: next } : rest))
  const identifying = vocabulary?.values.filter((value) => value.identifies) ?? []
  const add = () =>
    set([...aggregates, { name: unused(aggregates), measure: "count", by: identifying[0]?.name ?? "", over: "24h" }])
  return (
    <div className="flex flex-col gap-4">
      {aggregates.length === 0 && (
        <p className="text-[13px] text-ink-3">
          Nothing is counted yet. An aggregate is a number about earlier decisions of the same customer: how many within
          a day, how much within a week. Rules read it like any other field.
        </p>
      )}
      {aggregates.map((aggregate, at) => {
        const path = `aggregates[${at}]`
        const put = (next: Aggregate) => set(aggregates.with(at, next))
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: while its name is typed an aggregate has no identity but its place
          <fieldset key={at} className="min-w-0 rounded-control border p-3">
            <legend className="mono px-1 text-xs text-ink-2">aggregates.{aggregate.name}</legend>
            <p className="mb-3 text-xs text-ink-3">{aggregateText(aggregate, label)}</p>
            <div className="grid gap-3 sm:grid-cols-2">
              <Checked path={`${path}.name`} label="Name">
                {(control) => (
                  <Input
                    {...control}
                    value={aggregate.name}
                    onChange={(event) => put({ ...aggregate, name: event.target.value })}
                  />
                )}
              </Checked>
              <Checked
                path={`${path}.over`}
                label="Over"
                hint="Hours or days back, such as 24h or 7d; 90 days at most."
              >
                {(control) => (
                  <Input
                    {...control}
                    value={aggregate.over}
                    onChange={(event) => put({ ...aggregate, over: event.target.value })}
                  />
                )}
              </Checked>
              <Checked path={`${path}.measure`} label="What is counted">
                {(control) => (
                  <Select
                    {...control}
                    value={aggregate.measure}
                    onChange={(event) => {
                      const measure = event.target.value as Aggregate["measure"]
                      const { of, ...rest } = aggregate
                      put(measure === "count" ? { ...rest, measure } : { ...rest, measure, of: of ?? "amount" })
                    }}
                  >
                    {MEASURES.map(([measure, text]) => (
                      <option key={measure} value={measure}>
                        {text}
                      </option>
                    ))}
                  </Select>
                )}
              </Checked>
              {aggregate.measure !== "count" && (
                <Checked path={`${path}.of`} label="Of which value">
                  {(control) => (
                    <FieldSelect
                      id={control.id}
                      label="Of which value"
                      value={aggregate.of ?? ""}
                      numbersOnly={aggregate.measure === "sum"}
                      onChange={(of) => put({ ...aggregate, of })}
                    />
                  )}
                </Checked>
              )}
              <Checked path={`${path}.by`} label="Of the same" hint="What tells one customer from another.">
                {(control) => (
                  <Select
                    {...control}
                    value={aggregate.by}
                    onChange={(event) => put({ ...aggregate, by: event.target.value })}
                  >
                    {!identifying.some((value) => value.name === aggregate.by) && (
                      <option value={aggregate.by}>{aggregate.by || "Choose a field"}</option>
                    )}
                    {identifying.map((value) => (
                      <option key={value.name} value={value.name}>
                        {value.label}
                      </option>
                    ))}
                  </Select>
                )}
              </Checked>
            </div>
            <div className="mt-3">
              <p className="mb-1 text-xs font-medium text-ink-2">Which earlier decisions count</p>
              <ConditionBuilder
                condition={aggregate.where ?? ALWAYS}
                path={`${path}.where`}
                onChange={(where) => {
                  const { where: _, ...rest } = aggregate
                  put(where ? { ...rest, where } : rest)
                }}
              />
            </div>
            <FoundAt path={path} className="mt-2" />
            <Button
              size="sm"
              variant="ghost"
              className="mt-2"
              onClick={() => set(aggregates.filter((_, each) => each !== at))}
            >
              <Trash2 /> Remove {isAggregateName(aggregate.name) ? aggregate.name : "this aggregate"}
            </Button>
          </fieldset>
        )
      })}
      <div>
        <Button size="sm" onClick={add}>
          <Plus /> Aggregate
        </Button>
      </div>
    </div>
  )
}

function unused(aggregates: Aggregate[]): string {
  const names = new Set(aggregates.map((each) => each.name))
  for (let count = aggregates.length + 1; ; count += 1) if (!names.has(`recent_${count}`)) return `recent_${count}`
}
