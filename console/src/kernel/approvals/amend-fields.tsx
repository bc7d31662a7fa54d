import { useState } from "react"
import type { ApiError } from "@/api/problem"
import { Field, Input, Select } from "@/ui/field"
import { plain, words } from "@/ui/format"
import type { Draft } from "./drafts"
import { type Parameter, parse } from "./facts"

/** What stands for text that does not fit its parameter: it is never sent. */
const UNFIT = Symbol("unfit")

export const misfit = (parameter: Parameter, draft: Draft): boolean => draft.parameters[parameter.name] === UNFIT

/** Whether an amendment changes anything. */
export const differs = (draft: Draft, proposed: string | null): boolean =>
  (draft.action !== undefined && draft.action !== proposed) || Object.keys(draft.parameters).length > 0

/** Another action, other values: only what differs from the proposal is sent. */
export function AmendFields({
  draft,
  actions,
  parameters,
  proposed,
  onChange,
  error,
}: {
  draft: Draft
  actions: { name: string; label: string }[]
  parameters: Parameter[]
  proposed: string | null
  onChange: (draft: Draft) => void
  error: ApiError | null
}) {
  const fault = (name: string) =>
    error?.field?.split(".").at(-1) === name || error?.field === name ? error.sentence : null
  return (
    <div className="grid grid-cols-2 gap-2.5 sm:grid-cols-3">
      {actions.length > 0 && (
        <Field label="Action" error={fault("action")}>
          {(control) => (
            <Select
              {...control}
              data-first={proposed === null ? undefined : true}
              value={draft.action ?? proposed ?? ""}
              onChange={(event) =>
                onChange({ ...draft, action: event.target.value === proposed ? undefined : event.target.value })
              }
            >
              {actions.map((action) => (
                <option key={action.name} value={action.name}>
                  {action.label}
                  {action.name === proposed && " (as proposed)"}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {parameters.map((parameter) => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          given={draft.parameters[parameter.name]}
          error={fault(parameter.name)}
          onChange={(value) => {
            const { [parameter.name]: _, ...others } = draft.parameters
            onChange({ ...draft, parameters: value === undefined ? others : { ...others, [parameter.name]: value } })
          }}
        />
      ))}
    </div>
  )
}

function ParameterField({
  parameter,
  given,
  error,
  onChange,
}: {
  parameter: Parameter
  given: unknown
  error: string | null
  onChange: (value: unknown) => void
}) {
  const proposed = String(parameter.value ?? "")
  const [text, setText] = useState(given === undefined || given === UNFIT ? proposed : String(given))
  if (parameter.type === "flag")
    return (
      <Field label={parameter.label} error={error}>
        {(control) => (
          <Select
            {...control}
            value={String(given ?? parameter.value)}
            onChange={(event) => {
              const value = event.target.value === "true"
              onChange(value === parameter.value ? undefined : value)
            }}
          >
            <option value="true">yes</option>
            <option value="false">no</option>
          </Select>
        )}
      </Field>
    )
  const unnamed = parameter.value === null && text.trim() === ""
  const wrong = !unnamed && parse(parameter, text) === null
  return (
    <Field
      label={parameter.label}
      hint={
        given !== undefined && !wrong && parameter.value !== null ? `Proposed: ${plain(parameter.value)}` : undefined
      }
      error={
        wrong
          ? `${words(parameter.type === "text" ? "something" : parameter.type === "integer" ? "a whole number" : "a number")}, please.`
          : error
      }
    >
      {(control) => (
        <Input
          {...control}
          inputMode={parameter.type === "decimal" ? "decimal" : parameter.type === "integer" ? "numeric" : undefined}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            const value = parse(parameter, event.target.value)
            const same = value === parse(parameter, proposed)
            onChange(same ? undefined : value === null ? UNFIT : value)
          }}
        />
      )}
    </Field>
  )
}
