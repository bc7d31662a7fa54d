import { Plus, Trash2 } from "lucide-react"
import { Button } from "@/ui/button"
import { Field, Input } from "@/ui/field"
import { NumberInput } from "@/ui/number-input"
import { Decimal, Switch, Whole } from "./controls"
import { type CreditTerms, labelOf } from "./document"
import type { TermsEditing } from "./editing"

const GRID = "grid items-start gap-x-4 gap-y-3 sm:grid-cols-2"
const PERCENT = 0.01
type Condition = CreditTerms["conditions"][number]

/** What counts as being late, and how the loss on loans that default is estimated. */
export function ArrearsGroup({ editing }: { editing: TermsEditing }) {
  const { terms, set } = editing
  const { provisioning } = terms
  return (
    <div className={GRID}>
      <Decimal
        path="tolerance_amount"
        editing={editing}
        hint="A smaller rest does not make a loan late."
        unit={editing.currency}
        value={terms.tolerance_amount}
        onChange={(tolerance_amount) => set({ tolerance_amount })}
      />
      <Whole
        path="tolerance_days"
        editing={editing}
        hint="Nor do so few days."
        unit="days"
        value={terms.tolerance_days}
        onChange={(tolerance_days) => set({ tolerance_days })}
      />
      <Field
        label={`${labelOf("provisioning.lgd")} (%)`}
        hint="Share of the balance that is lost; empty for the product's own."
        error={editing.fault("provisioning.lgd")}
        className="sm:col-span-2 sm:max-w-[calc(50%-0.5rem)]"
      >
        {(control) => (
          <NumberInput
            {...control}
            data-path="provisioning.lgd"
            className="num"
            scale={PERCENT}
            value={provisioning.lgd === null ? undefined : Number(provisioning.lgd)}
            onChange={(value) =>
              set({ provisioning: { ...provisioning, lgd: value === undefined ? null : String(value) } })
            }
          />
        )}
      </Field>
      {(["stage2_days", "stage3_days"] as const).map((stage) => (
        <Whole
          key={stage}
          path={`provisioning.${stage}`}
          editing={editing}
          hint={
            stage === "stage2_days"
              ? "Days past due from which the loss over the whole life is provided for."
              : "Days past due from which default is taken as certain."
          }
          unit="days"
          value={provisioning[stage]}
          onChange={(value) => set({ provisioning: { ...provisioning, [stage]: value } })}
        />
      ))}
    </div>
  )
}

/** Whether a borrower accepts an offer first, and what must be there before money goes out. */
export function OfferGroup({ editing }: { editing: TermsEditing }) {
  const { offer, conditions } = editing.terms
  const change = (at: number, part: Partial<Condition>) =>
    editing.set({ conditions: conditions.with(at, { ...conditions[at]!, ...part }) })
  const add = () => {
    let count = conditions.length + 1
    while (conditions.some((each) => each.key === `document_${count}`)) count += 1
    editing.set({ conditions: [...conditions, { key: `document_${count}`, label: "Proof of income" }] })
  }
  return (
    <div className="flex flex-col gap-4">
      <div className={GRID}>
        <Switch
          path="offer.required"
          editing={editing}
          label="An approval makes an offer"
          hint={
            offer.required
              ? "Money goes out once the borrower has accepted it and all conditions are met."
              : "An approval pays out at once."
          }
          checked={offer.required}
          onChange={(required) => editing.set({ offer: { ...offer, required } })}
        />
        {offer.required && (
          <Whole
            path="offer.valid_days"
            editing={editing}
            unit="days"
            value={offer.valid_days}
            onChange={(valid_days) => editing.set({ offer: { ...offer, valid_days } })}
          />
        )}
      </div>
      <div className="flex flex-col gap-2">
        <h3 className="text-xs font-semibold text-ink-2">Conditions before money goes out</h3>
        {conditions.length === 0 && <p className="text-[13px] text-ink-3">None, such as a document or a guarantee.</p>}
        <ul aria-label="Conditions" className="flex flex-col gap-2">
          {conditions.map((each, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: keys change while one types, places do not
            <li key={at} className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)_auto] items-start gap-2">
              <Field
                label="What is asked for"
                error={editing.fault(`conditions[${at}].label`) ?? editing.fault(`conditions[${at}]`)}
              >
                {(control) => (
                  <Input
                    {...control}
                    data-path={`conditions[${at}].label`}
                    autoComplete="off"
                    value={each.label}
                    onChange={(event) => change(at, { label: event.target.value })}
                  />
                )}
              </Field>
              <Field label="Key" error={editing.fault(`conditions[${at}].key`)}>
                {(control) => (
                  <Input
                    {...control}
                    data-path={`conditions[${at}].key`}
                    className="mono"
                    autoComplete="off"
                    spellCheck={false}
                    value={each.key}
                    onChange={(event) => change(at, { key: event.target.value })}
                  />
                )}
              </Field>
              <Button
                size="icon"
                variant="ghost"
                className="mt-5"
                aria-label={`Remove the condition ${each.label}`}
                onClick={() => editing.set({ conditions: conditions.toSpliced(at, 1) })}
              >
                <Trash2 />
              </Button>
            </li>
          ))}
        </ul>
        <Button size="sm" className="self-start" onClick={add}>
          <Plus /> Condition
        </Button>
      </div>
    </div>
  )
}

/** In how many parts a loan may be paid out. */
export const TranchesGroup = ({ editing }: { editing: TermsEditing }) => (
  <Whole
    path="tranches_max"
    editing={editing}
    hint="1 pays the loan out at once; more lets an offer be paid out in parts."
    className="max-w-72"
    value={editing.terms.tranches_max}
    onChange={(tranches_max) => editing.set({ tranches_max })}
  />
)
