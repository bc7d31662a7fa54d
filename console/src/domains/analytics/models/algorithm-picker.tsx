import { useQuery } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"
import { Checkbox, Field, Input, Select } from "@/ui/field"
import { words } from "@/ui/format"
import { NumberInput } from "@/ui/number-input"
import type { Draft, Faults } from "./form-values"
import { algorithmWord } from "./words"

type Algorithm = Schema["AlgorithmShown"]
type Parameter = Schema["AlgorithmParameter"]

const algorithmsQuery = query.queryOptions("get", "/api/v1/ai-analytics/algorithms", undefined, { staleTime: 600_000 })

/** Choose what learns, with why one would, and what it lets one set. */
export function AlgorithmPicker({
  draft,
  faults,
  onChange,
}: {
  draft: Draft
  faults: Faults
  onChange: (change: Partial<Draft>) => void
}) {
  const { data } = useQuery(algorithmsQuery)
  const fitting = data?.items.filter((each) => each.model_type === draft.type)
  const chosen = fitting?.find((each) => each.name === draft.algorithm)
  return (
    <div className="flex flex-col gap-4">
      <Field label="Algorithm" error={faults.algorithm} hint={chosen && (chosen.why_not ?? chosen.why)}>
        {(control) => (
          <Select
            {...control}
            value={draft.algorithm}
            onChange={(event) => onChange({ algorithm: event.target.value, parameters: {} })}
          >
            {!chosen && <option value={draft.algorithm}>{algorithmWord(draft.algorithm)}</option>}
            {fitting?.map((each) => (
              <option key={each.name} value={each.name} disabled={!each.available}>
                {nameOf(each)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {chosen && chosen.parameters.length > 0 && (
        <fieldset className="rounded-control border p-3">
          <legend className="px-1 text-xs font-medium text-ink-2">What can be set about it</legend>
          <div className="grid gap-3 sm:grid-cols-2">
            {chosen.parameters.map((parameter) => (
              <Setting
                key={`${chosen.name} ${parameter.name}`}
                parameter={parameter}
                value={draft.parameters[parameter.name]}
                onChange={(value) => {
                  const { [parameter.name]: _before, ...others } = draft.parameters
                  onChange({ parameters: value === undefined ? others : { ...others, [parameter.name]: value } })
                }}
              />
            ))}
          </div>
          {faults.parameters && (
            <p role="alert" className="mt-2 text-xs text-decline">
              {faults.parameters}
            </p>
          )}
        </fieldset>
      )}
    </div>
  )
}

const nameOf = ({ name, available, distribution }: Algorithm) =>
  `${algorithmWord(name)}${distribution ? ` (${distribution})` : ""}${available ? "" : " – not installed"}`

type Value = boolean | number | string

function Setting({
  parameter: { name, type, default: usual, minimum, maximum },
  value,
  onChange,
}: {
  parameter: Parameter
  value: Value | undefined
  onChange: (value: Value | undefined) => void
}) {
  if (type === "boolean")
    return (
      <Checkbox
        className="self-end pb-1.5"
        label={words(name)}
        checked={Boolean(value ?? usual)}
        onChange={(event) => onChange(event.target.checked)}
      />
    )
  const bounds =
    minimum !== null && maximum !== null ? `${minimum} to ${maximum}; usually ${usual}` : `Usually ${usual}`
  return (
    <Field label={words(name)} hint={usual === "" ? undefined : bounds}>
      {(control) =>
        type === "text" ? (
          <Input
            {...control}
            value={String(value ?? "")}
            placeholder={String(usual ?? "")}
            maxLength={200}
            onChange={(event) => onChange(event.target.value || undefined)}
          />
        ) : (
          <NumberInput
            {...control}
            value={typeof value === "number" ? value : undefined}
            placeholder={String(usual ?? "")}
            onChange={onChange}
          />
        )
      }
    </Field>
  )
}
