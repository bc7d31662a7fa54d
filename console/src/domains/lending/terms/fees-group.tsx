import { Plus, Trash2 } from "lucide-react"
import { Button } from "@/ui/button"
import { Field, Input } from "@/ui/field"
import { Choice, Decimal, PortionControls, Switch, Whole } from "./controls"
import type { Fee, Portion } from "./document"
import type { TermsEditing } from "./editing"

const BASES: Record<Fee["when"], Portion["base"][]> = {
  disbursement: ["flat", "principal"],
  instalment: ["flat", "principal", "instalment"],
  late: ["flat", "principal", "instalment", "overdue"],
}
const WHEN = [
  ["disbursement", "When paid out"],
  ["instalment", "With every instalment"],
  ["late", "Once for each late instalment"],
] as const

/** Fees that are charged by themselves, and interest on what is late. */
export function FeesGroup({ editing }: { editing: TermsEditing }) {
  const { fees, penalty } = editing.terms
  const change = (at: number, part: Partial<Fee>) => editing.set({ fees: fees.with(at, { ...fees[at]!, ...part }) })
  const add = () => {
    let name = "Origination fee"
    for (let count = 2; fees.some((fee) => fee.name === name); count += 1) name = `Fee ${count}`
    editing.set({
      fees: [...fees, { name, when: "disbursement", portion: { value: "2", base: "principal" }, deducted: true }],
    })
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-col gap-2">
        {fees.length === 0 && <p className="text-[13px] text-ink-3">No fee is charged by itself.</p>}
        <ul aria-label="Fees" className="flex flex-col gap-2">
          {fees.map((fee, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names change while one types, places do not
            <li key={at} className="rounded-control border p-2">
              <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-start gap-2">
                <Field label="Fee" error={editing.fault(`fees[${at}].name`)}>
                  {(control) => (
                    <Input
                      {...control}
                      data-path={`fees[${at}].name`}
                      autoComplete="off"
                      value={fee.name}
                      onChange={(event) => change(at, { name: event.target.value })}
                    />
                  )}
                </Field>
                <Choice
                  path={`fees[${at}].when`}
                  editing={editing}
                  label="Charged"
                  value={fee.when}
                  options={WHEN}
                  onChange={(when) =>
                    change(at, {
                      when,
                      deducted: when === "disbursement" && fee.deducted,
                      portion: BASES[when].includes(fee.portion.base) ? fee.portion : { ...fee.portion, base: "flat" },
                    })
                  }
                />
                <Button
                  size="icon"
                  variant="ghost"
                  className="mt-5"
                  aria-label={`Remove the fee ${fee.name}`}
                  onClick={() => editing.set({ fees: fees.toSpliced(at, 1) })}
                >
                  <Trash2 />
                </Button>
                <PortionControls
                  path={`fees[${at}].portion`}
                  editing={editing}
                  label="How much"
                  bases={BASES[fee.when]}
                  value={fee.portion}
                  onChange={(portion) => change(at, { portion })}
                />
              </div>
              {fee.when === "disbursement" && (
                <Switch
                  path={`fees[${at}].deducted`}
                  editing={editing}
                  className="mt-2"
                  label="Kept back from what is paid out"
                  checked={fee.deducted}
                  onChange={(deducted) => change(at, { deducted })}
                />
              )}
              {editing.fault(`fees[${at}]`) && (
                <p role="alert" className="mt-1 text-xs text-decline">
                  {editing.fault(`fees[${at}]`)}
                </p>
              )}
            </li>
          ))}
        </ul>
        <Button size="sm" className="self-start" onClick={add}>
          <Plus /> Fee
        </Button>
      </div>
      <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2">
        <Decimal
          path="penalty.rate"
          editing={editing}
          hint="On overdue principal and interest; 0 for none."
          unit="% p.a."
          value={penalty.rate}
          onChange={(rate) => editing.set({ penalty: { ...penalty, rate } })}
        />
        <Whole
          path="penalty.grace_days"
          editing={editing}
          hint="Nothing is charged within them."
          unit="days"
          value={penalty.grace_days}
          onChange={(grace_days) => editing.set({ penalty: { ...penalty, grace_days } })}
        />
        <Switch
          path="penalty.from_due"
          editing={editing}
          hint="Else from the day after the days of grace."
          checked={penalty.from_due}
          onChange={(from_due) => editing.set({ penalty: { ...penalty, from_due } })}
        />
      </div>
    </div>
  )
}
