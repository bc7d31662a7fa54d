import { Field } from "@/ui/field"
import { NumberInput } from "@/ui/number-input"
import type { Form } from "./form"

const COSTS: [keyof Form["terms"], string, string][] = [
  ["unit_cost", "Cost of a unit", "What you pay for one."],
  ["unit_price", "Price of a unit", "What you sell it for; less cost, it is what a lost sale costs."],
  ["holding_cost", "Holding a unit", "For one period. Empty: a usual share of its cost."],
  ["shortage_cost", "Missing a unit", "When one is asked for and there is none. Empty: price less cost."],
  ["order_cost", "Placing an order", "Whatever its size."],
  ["salvage_value", "Left over", "What a unit brings that is not sold."],
]

/** What stock costs, where no column says so for each item; the amounts to order follow from it. */
export function InventoryFields({
  form,
  onChange,
  wrong,
}: {
  form: Form
  onChange: (part: Partial<Form>) => void
  wrong: (field: string) => string | null
}) {
  const cost = ([name, label, hint]: (typeof COSTS)[number]) => (
    <Field key={name} label={label} hint={hint} error={wrong(`inventory.${name}`)}>
      {(control) => (
        <NumberInput
          {...control}
          value={form.terms[name]}
          onChange={(value) => {
            const { [name]: _, ...others } = form.terms
            onChange({ terms: value === undefined ? others : { ...others, [name]: value } })
          }}
        />
      )}
    </Field>
  )
  return (
    <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
      <Field label="Lead time" hint="Periods from order to delivery; 1 if empty." error={wrong("inventory.lead_time")}>
        {(control) => (
          <NumberInput
            {...control}
            inputMode="numeric"
            value={form.lead_time}
            onChange={(lead_time) => onChange({ lead_time })}
          />
        )}
      </Field>
      <Field
        label="Between orders"
        hint="Periods from one order to the next; 1 if empty."
        error={wrong("inventory.review_period")}
      >
        {(control) => (
          <NumberInput
            {...control}
            inputMode="numeric"
            value={form.review_period}
            onChange={(review_period) => onChange({ review_period })}
          />
        )}
      </Field>
      <Field
        label="Service level, %"
        hint="Share of cases with enough in stock. Empty: what the costs say."
        error={wrong("inventory.service_level")}
      >
        {(control) => (
          <NumberInput
            {...control}
            scale={0.01}
            value={form.terms.service_level}
            onChange={(value) => {
              const { service_level: _, ...others } = form.terms
              onChange({ terms: value === undefined ? others : { ...others, service_level: value } })
            }}
          />
        )}
      </Field>
      {COSTS.map(cost)}
    </div>
  )
}
