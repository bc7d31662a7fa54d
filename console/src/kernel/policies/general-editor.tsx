import { Checkbox, Input } from "@/ui/field"
import { words } from "@/ui/format"
import { NumberInput } from "@/ui/number-input"
import { Checked, useEditor } from "./editor"

const PER_CENT = 0.01
const COVERAGE = 0.9

/** The form of what holds for the whole policy. */
export function GeneralEditor() {
  const { document, change } = useEditor()
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Checked path="intervention_threshold" label="Alert below a confidence of (%)">
          {(control) => (
            <NumberInput
              {...control}
              scale={PER_CENT}
              value={document.intervention_threshold}
              onChange={(next) => next !== undefined && change((now) => ({ ...now, intervention_threshold: next }))}
            />
          )}
        </Checked>
        <Checked
          path="conformal_coverage"
          label="Conformal coverage (%)"
          hint="How often the outcomes the model holds possible shall contain the true one."
        >
          {(control) => (
            <NumberInput
              {...control}
              scale={PER_CENT}
              disabled={document.conformal_coverage === null}
              value={document.conformal_coverage ?? undefined}
              onChange={(next) => next !== undefined && change((now) => ({ ...now, conformal_coverage: next }))}
            />
          )}
        </Checked>
      </div>
      <Checkbox
        label="Abstain when the model holds more than one outcome possible"
        checked={document.conformal_coverage !== null}
        onChange={(event) => change((now) => ({ ...now, conformal_coverage: event.target.checked ? COVERAGE : null }))}
      />
      <div>
        <Checkbox
          label="Changing this policy takes a second person"
          checked={document.publishing?.second_person === true}
          onChange={(event) => {
            const on = event.target.checked
            change(({ publishing: _, ...rest }) => (on ? { ...rest, publishing: { second_person: true } } : rest))
          }}
        />
        <p className="mt-0.5 ml-6 text-xs text-ink-3">
          While a version that says so holds, each new one waits until somebody else who may publish approves it; so do
          roll-backs, and switching this off.
        </p>
      </div>
      {Object.entries(document.parameters).map(([name, value]) => (
        <Parameter key={name} name={name} value={value} />
      ))}
    </div>
  )
}

function Parameter({ name, value }: { name: string; value: unknown }) {
  const { change } = useEditor()
  const set = (next: unknown) => change((now) => ({ ...now, parameters: { ...now.parameters, [name]: next } }))
  if (typeof value === "boolean")
    return <Checkbox label={words(name)} checked={value} onChange={(event) => set(event.target.checked)} />
  return (
    <Checked path={`parameters.${name}`} deep label={words(name)}>
      {(control) =>
        typeof value === "number" ? (
          <NumberInput {...control} value={value} onChange={(next) => next !== undefined && set(next)} />
        ) : typeof value === "string" ? (
          <Input {...control} value={value} onChange={(event) => set(event.target.value)} />
        ) : (
          <Input {...control} readOnly value={JSON.stringify(value)} title="Change this in the JSON view" />
        )
      }
    </Checked>
  )
}
