import { Field, Input, Select } from "@/ui/field"
import { NumberInput } from "@/ui/number-input"
import type { Form } from "./form"
import type { Body } from "./queries"
import { methodWord } from "./words"

const FREQUENCIES: [Body["frequency"], string][] = [
  ["auto", "As in the rows"],
  ["hourly", "Hours"],
  ["daily", "Days"],
  ["weekly", "Weeks"],
  ["monthly", "Months"],
  ["quarterly", "Quarters"],
  ["yearly", "Years"],
]
const COVERAGES: [number, string][] = [
  [0.5, "50%: half of the time"],
  [0.8, "80%"],
  [0.9, "90%"],
  [0.95, "95%"],
  [0.99, "99%"],
]
const METHODS: Body["method"][] = ["combination", "theta", "damped_trend", "seasonal_naive"]

/** How far ahead, in which periods, how sure, and what else to mind. */
export function TermFields({
  form,
  onChange,
  wrong,
}: {
  form: Form
  onChange: (part: Partial<Form>) => void
  wrong: (field: string) => string | null
}) {
  if (form.kind === "churn" && form.labelled)
    return <p className="text-[13px] text-ink-3">Nothing to say: each row is judged as it is.</p>
  return (
    <div className="flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-3">
        <Field label="Periods ahead" hint="Empty: as is usual." error={wrong("horizon")}>
          {(control) => (
            <NumberInput
              {...control}
              inputMode="numeric"
              value={form.horizon}
              onChange={(horizon) => onChange({ horizon })}
            />
          )}
        </Field>
        <Field label="Periods" error={wrong("frequency")}>
          {(control) => (
            <Select
              {...control}
              value={form.frequency}
              onChange={(event) => onChange({ frequency: event.target.value as Form["frequency"] })}
            >
              {FREQUENCIES.map(([value, word]) => (
                <option key={value} value={value}>
                  {word}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {form.kind !== "churn" && (
        <>
          <Field label="Bounds hold" hint="How often the value shall lie within them." error={wrong("coverage")}>
            {(control) => (
              <Select
                {...control}
                value={String(form.coverage)}
                onChange={(event) => onChange({ coverage: Number(event.target.value) })}
              >
                {COVERAGES.map(([value, word]) => (
                  <option key={value} value={value}>
                    {word}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field
            label="Public holidays of"
            hint="Two letters, such as DE. Minded in series by the day; empty for none."
            error={wrong("country")}
          >
            {(control) => (
              <Input
                {...control}
                maxLength={2}
                autoComplete="off"
                className="uppercase"
                value={form.country}
                onChange={(event) => onChange({ country: event.target.value })}
              />
            )}
          </Field>
          <Field
            label="Method"
            hint="The combination wins most often; the back-test says how it did."
            error={wrong("method")}
          >
            {(control) => (
              <Select
                {...control}
                value={form.method}
                onChange={(event) => onChange({ method: event.target.value as Form["method"] })}
              >
                {METHODS.map((method) => (
                  <option key={method} value={method}>
                    {methodWord(method)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </>
      )}
      {form.kind === "service_demand" && (
        <Field
          label="Capacity in a period"
          hint="How much can be served. It is then said when that is not enough."
          error={wrong("capacity")}
        >
          {(control) => (
            <NumberInput {...control} value={form.capacity} onChange={(capacity) => onChange({ capacity })} />
          )}
        </Field>
      )}
    </div>
  )
}
