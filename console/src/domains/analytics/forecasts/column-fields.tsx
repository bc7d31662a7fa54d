import { Checkbox, Field, Select } from "@/ui/field"
import { Scroll } from "@/ui/scroll"
import { typeWord } from "../datasets/words"
import { type ColumnRole, type Form, isKey, isNumber, isTime, rolesOf, type SourceColumn } from "./form"

const SERIES_MAX = 5
const CHOICES_MAX = 200

interface Role {
  label: string
  hint: string
  /** What stands for no column; without it one must be chosen, unless only one fits. */
  none?: string
  fits: (column: SourceColumn) => boolean
}

const ROLES: Record<ColumnRole, Role> = {
  time: { label: "Date", hint: "When a row happened.", fits: isTime },
  value: { label: "Figure", hint: "What is summed up for each period.", fits: isNumber },
  price: {
    label: "Times the price",
    hint: "Where the figure is a quantity.",
    none: "No: the figure is the amount",
    fits: isNumber,
  },
  customer: { label: "Customer", hint: "Whose a row is.", fits: isKey },
  amount: { label: "Amount", hint: "What a purchase was worth.", none: "Count purchases only", fits: isNumber },
  label: { label: "Has left", hint: "Whether that customer left; it is learnt from the other columns.", fits: isKey },
  on_hand: { label: "In stock", hint: "The latest row of an item counts.", none: "None is in stock", fits: isNumber },
  on_order: { label: "On order", hint: "What is coming already.", none: "Nothing is on order", fits: isNumber },
  unit_cost: { label: "Cost of a unit", hint: "What you pay.", none: "The same for all, below", fits: isNumber },
  unit_price: {
    label: "Price of a unit",
    hint: "What you sell it for.",
    none: "The same for all, below",
    fits: isNumber,
  },
  lead_time: { label: "Lead time", hint: "In periods.", none: "The same for all, below", fits: isNumber },
}

/** Which columns mean what. Guessed where that is plain; what a kind does not need is not asked. */
export function ColumnFields({
  form,
  columns,
  onChange,
  wrong,
}: {
  form: Form
  columns: SourceColumn[]
  onChange: (part: Partial<Form>) => void
  wrong: (field: string) => string | null
}) {
  const choose = (role: ColumnRole) => {
    const { label, hint, none, fits } = { ...ROLES[role], ...special(form, role) }
    return (
      <Field key={role} label={label} hint={hint} error={wrong(`columns.${role}`)}>
        {(control) => (
          <Select
            {...control}
            value={form.columns[role] ?? ""}
            onChange={(event) => onChange({ columns: { ...form.columns, [role]: event.target.value || undefined } })}
          >
            <option value="">{none ?? "Choose one"}</option>
            {columns
              .filter(fits)
              .slice(0, CHOICES_MAX)
              .map((column) => (
                <option key={column.name} value={column.name}>
                  {column.name}
                </option>
              ))}
          </Select>
        )}
      </Field>
    )
  }
  const used = new Set(Object.values(form.columns))
  const keys = columns
    .filter((column) => isKey(column) && !used.has(column.name))
    .toSorted((one, other) => Number(isNumber(one)) - Number(isNumber(other)))
    .slice(0, CHOICES_MAX)
  return (
    <div className="flex flex-col gap-4">
      {form.kind === "churn" && (
        <fieldset className="flex flex-wrap gap-x-5 gap-y-2 text-[13px]">
          <legend className="mb-1 text-xs font-medium text-ink-2">How it shows that a customer left</legend>
          {[
            [true, "A column says so"],
            [false, "They stop buying: a row is a purchase"],
          ].map(([labelled, text]) => (
            <label key={String(labelled)} className="inline-flex items-center gap-2">
              <input
                type="radio"
                name="labelled"
                className="size-4 accent-accent"
                checked={form.labelled === labelled}
                onChange={() => onChange({ labelled: labelled === true })}
              />
              {text}
            </label>
          ))}
        </fieldset>
      )}
      {wrong("columns") && (
        <p role="alert" className="text-xs text-decline">
          {wrong("columns")}
        </p>
      )}
      <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">{rolesOf(form).map(choose)}</div>
      {form.kind !== "churn" && (
        <fieldset>
          <legend className="mb-1 text-xs font-medium text-ink-2">
            {form.kind === "inventory" ? "Items: what tells one from another" : "One forecast for each (up to five)"}
          </legend>
          {keys.length === 0 ? (
            <p className="text-xs text-ink-3">No other column could tell series apart.</p>
          ) : (
            <Scroll
              label="Columns that tell series apart"
              className="max-h-44 overflow-y-auto rounded-control border p-2"
            >
              <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2 xl:grid-cols-3">
                {keys.map((column) => (
                  <Checkbox
                    key={column.name}
                    className="min-h-6 min-w-0"
                    checked={form.series.includes(column.name)}
                    disabled={!form.series.includes(column.name) && form.series.length >= SERIES_MAX}
                    onChange={() =>
                      onChange({
                        series: form.series.includes(column.name)
                          ? form.series.filter((each) => each !== column.name)
                          : [...form.series, column.name],
                      })
                    }
                    label={
                      <span className="truncate">
                        {column.name} <span className="text-xs text-ink-3">{typeWord(column.type).toLowerCase()}</span>
                      </span>
                    }
                  />
                ))}
              </div>
            </Scroll>
          )}
          <p
            className={wrong("columns.series") ? "mt-1 text-xs text-decline" : "mt-1 text-xs text-ink-3"}
            role={wrong("columns.series") ? "alert" : undefined}
          >
            {wrong("columns.series") ??
              (form.series.length > 1
                ? `In this order: ${form.series.join(", then ")}.`
                : form.kind === "inventory"
                  ? "Such as product, or shop and product."
                  : "None: all rows are one series.")}
          </p>
          {form.kind !== "inventory" && form.series.length > 0 && (
            <Checkbox
              className="mt-2"
              checked={form.hierarchy}
              onChange={(event) => onChange({ hierarchy: event.target.checked })}
              label="Every level too, made to add up: all, then each column in this order"
            />
          )}
          {wrong("hierarchy") && (
            <p role="alert" className="mt-1 text-xs text-decline">
              {wrong("hierarchy")}
            </p>
          )}
        </fieldset>
      )}
    </div>
  )
}

/** What a role means in one kind alone. */
function special({ kind }: Form, role: ColumnRole): Partial<Role> {
  if (kind === "service_demand" && role === "value") return { hint: "What is asked for.", none: "Count the rows" }
  if (kind === "inventory" && role === "value") return { label: "Demand", hint: "Units sold or asked for." }
  if (kind === "churn" && role === "time") return { hint: "When a purchase was made." }
  return {}
}
