import { Checkbox, Field, Input, Select } from "@/ui/field"
import { amountText } from "../amounts"
import type { Loan } from "../queries"
import { ACTS, type ActField, type ActForm, type ActKind, type Component, isAmount, isRate, owedOf } from "./kinds"

const NAME_LENGTH_MAX = 100
const COMPONENTS: Record<Component, string> = {
  penalty: "Penalty",
  fee: "Fee",
  interest: "Interest",
  principal: "Principal",
}

/** The fields that an act asks for. */
export function ActFields({
  kind,
  loan,
  form,
  onChange,
  wrong,
}: {
  kind: ActKind
  loan: Loan
  form: ActForm
  onChange: (part: Partial<ActForm>) => void
  wrong: (name: string) => string | null
}) {
  const { fields } = ACTS[kind]
  const has = (field: ActField) => fields.includes(field)
  const { currency, instalments } = loan
  const owed = owedOf(instalments, form.component, loan.on)
  const halfTyped = (text: string, sound: (text: string) => boolean, message: string) =>
    text.trim() !== "" && !sound(text) ? message : null
  return (
    <>
      {has("component") && (
        <Field
          label="Of"
          error={wrong("component")}
          hint={kind === "waiver" ? `${amountText(owed, currency)} of it is due.` : undefined}
        >
          {(control) => (
            <Select
              {...control}
              value={form.component}
              onChange={(event) => onChange({ component: event.target.value as Component })}
            >
              {(kind === "charge" ? (["fee", "penalty"] as const) : (Object.keys(COMPONENTS) as Component[])).map(
                (each) => (
                  <option key={each} value={each}>
                    {COMPONENTS[each]}
                  </option>
                ),
              )}
            </Select>
          )}
        </Field>
      )}
      {has("name") && (
        <Field label="What for" hint="As letters and statements name it." error={wrong("name")}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={NAME_LENGTH_MAX}
              value={form.name}
              onChange={(event) => onChange({ name: event.target.value })}
            />
          )}
        </Field>
      )}
      {has("amount") && (
        <Field
          label={`Amount (${currency})`}
          error={wrong("amount") ?? halfTyped(form.amount, isAmount, "Write an amount such as 120.50.")}
        >
          {(control) => (
            <Input
              {...control}
              required
              inputMode="decimal"
              autoComplete="off"
              className="num"
              value={form.amount}
              onChange={(event) => onChange({ amount: event.target.value })}
            />
          )}
        </Field>
      )}
      {has("until") && (
        <Field label="Interest accrues again from" error={wrong("until")}>
          {(control) => (
            <Input
              {...control}
              type="date"
              required
              min={form.value_on}
              value={form.until}
              onChange={(event) => onChange({ until: event.target.value })}
            />
          )}
        </Field>
      )}
      {has("periods") && (
        <Field
          label="Instalments left"
          hint={`Now ${instalments.filter((each) => each.due > loan.on).length} to come.`}
          error={wrong("periods")}
        >
          {(control) => (
            <Input
              {...control}
              type="number"
              min={1}
              step={1}
              inputMode="numeric"
              value={form.periods}
              onChange={(event) => onChange({ periods: event.target.value })}
            />
          )}
        </Field>
      )}
      {has("rate") && (
        <Field
          label="Rate, percent a year"
          hint={`Now ${Number(loan.figures.rate)} %.`}
          error={wrong("rate") ?? halfTyped(form.rate, isRate, "Write a rate such as 9.5.")}
        >
          {(control) => (
            <Input
              {...control}
              required={kind === "rate_change"}
              inputMode="decimal"
              autoComplete="off"
              className="num"
              value={form.rate}
              onChange={(event) => onChange({ rate: event.target.value })}
            />
          )}
        </Field>
      )}
      {has("first_due") && (
        <Field label="Next instalment due on" error={wrong("first_due")}>
          {(control) => (
            <Input
              {...control}
              type="date"
              min={form.value_on}
              value={form.first_due}
              onChange={(event) => onChange({ first_due: event.target.value })}
            />
          )}
        </Field>
      )}
      {has("capitalize") && (
        <Checkbox
          label="Add what is overdue to the principal, so that nothing is late any more"
          checked={form.capitalize}
          onChange={(event) => onChange({ capitalize: event.target.checked })}
        />
      )}
    </>
  )
}
