import { useState } from "react"
import { Checkbox, Field, Input } from "@/ui/field"
import { Choice, Decimal, Every, PortionControls, RoundingControls, Switch, Whole } from "./controls"
import { labelOf, type Portion } from "./document"
import type { TermsEditing } from "./editing"
import { METHODS } from "./summaries"

const GRID = "grid items-start gap-x-4 gap-y-3 sm:grid-cols-2"

/** What amounts are lent, and over what terms. */
export function AmountsGroup({ editing }: { editing: TermsEditing }) {
  const { amounts, terms } = editing.terms
  return (
    <div className={GRID}>
      {(["minimum", "maximum"] as const).map((bound) => (
        <Decimal
          key={bound}
          path={`amounts.${bound}`}
          editing={editing}
          unit={editing.currency}
          value={amounts[bound]}
          onChange={(value) => editing.set({ amounts: { ...amounts, [bound]: value } })}
        />
      ))}
      {(["minimum", "maximum"] as const).map((bound) => (
        <Whole
          key={bound}
          path={`terms.${bound}`}
          editing={editing}
          unit="months"
          value={terms[bound]}
          onChange={(value) => editing.set({ terms: { ...terms, [bound]: value } })}
        />
      ))}
      <AllowedTerms editing={editing} />
    </div>
  )
}

/** Months between commas; what is typed stays while it is typed. */
function AllowedTerms({ editing }: { editing: TermsEditing }) {
  const { terms } = editing.terms
  const [text, setText] = useState(terms.allowed.join(", "))
  return (
    <Field
      label={labelOf("terms.allowed")}
      hint="Months, such as 6, 12, 24. Empty for every term between."
      error={editing.fault("terms.allowed")}
      className="sm:col-span-2"
    >
      {(control) => (
        <Input
          {...control}
          data-path="terms.allowed"
          className="num"
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            const allowed = event.target.value
              .split(/[^0-9]+/)
              .filter(Boolean)
              .map(Number)
            editing.set({ terms: { ...terms, allowed } })
          }}
          onBlur={() => setText(terms.allowed.join(", "))}
        />
      )}
    </Field>
  )
}

/** How a loan is repaid: how often, by what method, and by which conventions interest is computed. */
export function ScheduleGroup({ editing }: { editing: TermsEditing }) {
  const { terms, set } = editing
  return (
    <div className="flex flex-col gap-3">
      <div className={GRID}>
        <Every path="every" editing={editing} value={terms.every} onChange={(every) => set({ every })} />
        <Choice
          path="method"
          editing={editing}
          value={terms.method}
          options={[
            ["equal_instalment", METHODS.equal_instalment, "The same sum each time, interest first (annuity)."],
            ["equal_principal", METHODS.equal_principal, "The same principal each time; the interest on it falls."],
            ["interest_only", METHODS.interest_only, "Only interest until the last instalment repays all."],
          ]}
          onChange={(method) => set({ method })}
        />
        <Choice
          path="day_count"
          editing={editing}
          value={terms.day_count}
          options={[
            ["ACT/365", "ACT/365", "Real days over a year of 365."],
            ["ACT/360", "ACT/360", "Real days over a year of 360: a little dearer."],
            ["ACT/364", "ACT/364", "Real days over 52 whole weeks."],
            ["ACT/365.25", "ACT/365.25", "Real days over an average year."],
            ["ACT/ACT", "ACT/ACT", "Real days over the real days of each year."],
            ["30/360", "30/360", "Every month counts 30 days, the year 360."],
            ["30/365", "30/365", "Every month counts 30 days, the year 365."],
          ]}
          onChange={(day_count) => set({ day_count })}
        />
        <Choice
          path="basis"
          editing={editing}
          value={terms.basis}
          options={[
            ["outstanding", "What is really outstanding", "Who pays late pays more interest, who pays early less."],
            ["scheduled", "What the schedule says", "Being late costs penalties alone."],
          ]}
          onChange={(basis) => set({ basis })}
        />
        <Choice
          path="due_day"
          editing={editing}
          value={terms.due_day === null ? "" : String(terms.due_day)}
          hint="The day of the month on which instalments fall due."
          options={[
            ["", "As the loan began"],
            ...Array.from(
              { length: 31 },
              (_, day) => [String(day + 1), day === 30 ? "31 (last day)" : `${day + 1}`] as const,
            ),
          ]}
          onChange={(day) => set({ due_day: day === "" ? null : Number(day) })}
        />
        <Choice
          path="broken_period"
          editing={editing}
          value={terms.broken_period}
          options={[
            ["first", "In the first instalment", "Its interest is part of the first instalment's."],
            ["added", "On top of the first", "Its interest is added to a whole first instalment."],
            ["spread", "Spread over all", "Its interest is paid in equal parts with each."],
            ["upfront", "When paid out", "Its interest is paid at disbursement."],
          ]}
          onChange={(broken_period) => set({ broken_period })}
        />
      </div>
      <Fold label="Rounding and the equal instalment">
        <div className={GRID}>
          <RoundingControls
            path="rounding"
            editing={editing}
            value={terms.rounding}
            onChange={(rounding) => set({ rounding })}
          />
          <Choice
            path="formula"
            editing={editing}
            value={terms.formula}
            options={[
              ["exact", "Each period's own days", "As interest itself is computed."],
              [
                "nominal",
                "The rate over the year's periods",
                "As in a table of annuities; the last one takes the rest.",
              ],
            ]}
            onChange={(formula) => set({ formula })}
          />
          <div className="flex flex-col gap-2">
            <Checkbox
              label="Round the instalment otherwise"
              checked={terms.instalment_rounding !== null}
              onChange={(event) =>
                set({ instalment_rounding: event.target.checked ? { mode: "half-up", unit: "1" } : null })
              }
            />
            {terms.instalment_rounding && (
              <RoundingControls
                path="instalment_rounding"
                editing={editing}
                value={terms.instalment_rounding}
                onChange={(instalment_rounding) => set({ instalment_rounding })}
              />
            )}
          </div>
          <Switch
            path="level_last"
            editing={editing}
            hint="Shifts the instalment by a unit where that brings the last nearer to the others."
            checked={terms.level_last}
            onChange={(level_last) => set({ level_last })}
          />
        </div>
      </Fold>
    </div>
  )
}

/** What few change, a press away. */
function Fold({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <details className="rounded-control border px-3 py-2">
      <summary className="cursor-pointer text-xs font-medium text-ink-2">{label}</summary>
      <div className="mt-3 pb-1">{children}</div>
    </details>
  )
}

/** Relief in the first instalments, and principal paid at the beginning or left to the end. */
export function GraceGroup({ editing }: { editing: TermsEditing }) {
  const { terms, set } = editing
  const hints = {
    principal: "Principal begins after these.",
    interest: "Falls due with the first after.",
    free: "None accrues in these.",
  }
  return (
    <div className="flex flex-col gap-3">
      <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-3">
        {(["principal", "interest", "free"] as const).map((part) => (
          <Whole
            key={part}
            path={`grace.${part}`}
            editing={editing}
            hint={hints[part]}
            value={terms.grace[part]}
            onChange={(value) => set({ grace: { ...terms.grace, [part]: value } })}
          />
        ))}
      </div>
      <OptionalPortion
        name="balloon"
        editing={editing}
        hint="Principal that is left to the last instalment."
        start={{ value: "20", base: "principal" }}
      />
      <OptionalPortion
        name="down_payment"
        editing={editing}
        hint="Paid by the borrower on the day of disbursement."
        start={{ value: "10", base: "principal" }}
      />
    </div>
  )
}

function OptionalPortion({
  name,
  editing,
  hint,
  start,
}: {
  name: "balloon" | "down_payment"
  editing: TermsEditing
  hint: string
  start: Portion
}) {
  const value = editing.terms[name]
  return (
    <div className="flex flex-col gap-2">
      <div>
        <Checkbox
          label={labelOf(name)}
          checked={value !== null}
          onChange={(event) => editing.set({ [name]: event.target.checked ? start : null })}
        />
        <p className="ml-6 text-xs text-ink-3">{hint}</p>
      </div>
      {value && (
        <div className="ml-6 grid max-w-md grid-cols-2 items-start gap-2">
          <PortionControls
            path={name}
            editing={editing}
            label="Value"
            bases={["principal", "flat"]}
            value={value}
            onChange={(next) => editing.set({ [name]: next })}
          />
        </div>
      )}
    </div>
  )
}
