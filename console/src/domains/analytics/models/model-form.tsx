import { CircleAlert } from "lucide-react"
import { type ReactNode, useRef } from "react"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { Checkbox, Field, Input, Select, Textarea } from "@/ui/field"
import { NumberInput } from "@/ui/number-input"
import { Fetched } from "@/ui/states"
import { AlgorithmPicker } from "./algorithm-picker"
import { ColumnFields } from "./column-fields"
import { ColumnTable } from "./column-table"
import { useColumns } from "./columns"
import type { Draft, Faults } from "./form-values"
import { TYPES } from "./search"
import { SourcePicker } from "./source-picker"
import { typeDoes, typeWord } from "./words"

interface Props {
  draft: Draft
  faults: Faults
  /** What is wrong and belongs to no field. */
  rest: ReactNode
  busy: boolean
  submit: string
  /** The kind of a model stays as it was made. */
  fixedType?: boolean
  extra?: ReactNode
  onChange: (change: Partial<Draft>) => void
  onSubmit: () => void
  onCancel: () => void
}

/** What a model is to learn: from which table, which column, by what, and when anew. */
export function ModelForm({
  draft,
  faults,
  rest,
  busy,
  submit,
  fixedType,
  extra,
  onChange,
  onSubmit,
  onCancel,
}: Props) {
  const columns = useColumns(draft.source)
  const form = useRef<HTMLFormElement>(null)
  return (
    <form
      ref={form}
      noValidate
      className="flex max-w-4xl flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      <Card title="What it is">
        <div className="flex flex-col gap-4">
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Name" error={faults.model_name}>
              {(control) => (
                <Input
                  {...control}
                  value={draft.name}
                  maxLength={200}
                  autoComplete="off"
                  placeholder="Who leaves"
                  onChange={(event) => onChange({ name: event.target.value })}
                />
              )}
            </Field>
            <SourcePicker
              source={draft.source}
              error={faults.training_data_source}
              onChange={(source) => onChange({ source })}
            />
          </div>
          <Kinds draft={draft} fixed={fixedType} error={faults.model_type} onChange={onChange} />
          <Field label="Description – optional" error={faults.description}>
            {(control) => (
              <Textarea
                {...control}
                value={draft.description}
                rows={2}
                maxLength={5000}
                onChange={(event) => onChange({ description: event.target.value })}
              />
            )}
          </Field>
        </div>
      </Card>
      {draft.source && (
        <Card title="What it learns">
          <Fetched query={columns}>
            {(known) => (
              <div className="flex flex-col gap-5">
                <ColumnFields columns={known} draft={draft} faults={faults} onChange={onChange} />
                {draft.type !== "forecasting" && (
                  <ColumnTable
                    columns={known}
                    draft={draft}
                    error={faults.feature_columns ?? faults.exclude ?? faults.protected_columns}
                    onChange={onChange}
                  />
                )}
              </div>
            )}
          </Fetched>
        </Card>
      )}
      <Card title="How it learns">
        <div className="flex flex-col gap-4">
          <AlgorithmPicker draft={draft} faults={faults} onChange={onChange} />
          <div className="grid gap-4 sm:grid-cols-3">
            <Field label="Effort" hint="A full one tries more, and takes longer.">
              {(control) => (
                <Select
                  {...control}
                  value={draft.effort}
                  onChange={(event) => onChange({ effort: event.target.value as Draft["effort"] })}
                >
                  <option value="quick">Quick</option>
                  <option value="full">Full</option>
                </Select>
              )}
            </Field>
            <Field label="Coverage, %" hint="How often its ranges shall hold the truth." error={faults.coverage}>
              {(control) => (
                <NumberInput
                  {...control}
                  value={draft.coverage}
                  scale={0.01}
                  onChange={(coverage) => onChange({ coverage })}
                />
              )}
            </Field>
            <Field
              label="Learn anew every, days – optional"
              hint="Empty: only when somebody asks."
              error={faults.retraining_frequency_days}
            >
              {(control) => (
                <NumberInput
                  {...control}
                  value={draft.retraining}
                  onChange={(retraining) => onChange({ retraining })}
                />
              )}
            </Field>
          </div>
          <Checkbox
            label="Deploy by itself what proves itself: the first version at once, later ones on evidence against the champion"
            className="items-start [&_input]:mt-0.5"
            checked={draft.deploy}
            onChange={(event) => onChange({ deploy: event.target.checked })}
          />
          {extra}
        </div>
      </Card>
      {rest && (
        <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
          <span role="alert">{rest}</span>
        </Notice>
      )}
      <div className="flex gap-2">
        <Button type="submit" variant="solid" busy={busy}>
          {submit}
        </Button>
        <Button variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

function Kinds({
  draft,
  fixed,
  error,
  onChange,
}: {
  draft: Draft
  fixed?: boolean
  error?: string
  onChange: (change: Partial<Draft>) => void
}) {
  return (
    <fieldset disabled={fixed}>
      <legend className="mb-1 text-xs font-medium text-ink-2">Kind{fixed && " (stays as it was made)"}</legend>
      <div className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
        {TYPES.map((type) => (
          <label
            key={type}
            className={cn(
              "flex cursor-pointer gap-2 rounded-control border p-2.5 hover:border-line-strong has-checked:border-accent has-checked:bg-accent-soft",
              fixed && draft.type !== type && "hidden",
            )}
          >
            <input
              type="radio"
              name="model_type"
              value={type}
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={draft.type === type}
              onChange={() => onChange({ type, algorithm: "auto", parameters: {} })}
            />
            <span className="min-w-0">
              <span className="block text-[13px] font-medium">{typeWord(type)}</span>
              <span className="block text-xs text-ink-2">{typeDoes(type)}</span>
            </span>
          </label>
        ))}
      </div>
      {error && (
        <p role="alert" className="mt-1 text-xs text-decline">
          {error}
        </p>
      )}
    </fieldset>
  )
}
