import { ArrowDown, ArrowUp } from "lucide-react"
import { type KeyboardEvent, useRef, useState } from "react"
import { Button } from "@/ui/button"
import { Choice, Decimal, Switch } from "./controls"
import type { CreditTerms } from "./document"
import type { TermsEditing } from "./editing"
import { COMPONENTS, EXCESS } from "./summaries"

type Component = CreditTerms["allocation"]["order"][number]
const HINTS: Record<CreditTerms["allocation"]["excess"], string> = {
  hold: "It stands to the borrower's credit and pays instalments as they fall due.",
  next: "Interest on what it repays ends that day.",
  shorten: "Instalments stay as they are and the last ones fall away.",
  lower: "The remaining instalments are computed anew.",
}

/** In what order money pays what is owed, and what becomes of more than that. */
export function PaymentsGroup({ editing }: { editing: TermsEditing }) {
  const { allocation, close_tolerance } = editing.terms
  const set = (part: Partial<CreditTerms["allocation"]>) => editing.set({ allocation: { ...allocation, ...part } })
  return (
    <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2">
      <div>
        <p className="mb-1 text-xs font-medium text-ink-2">A payment pays first</p>
        <Order
          order={allocation.order}
          fault={editing.fault("allocation.order")}
          onChange={(order) => set({ order })}
        />
      </div>
      <div className="flex flex-col gap-3">
        <Switch
          path="allocation.by_instalment"
          editing={editing}
          hint={
            allocation.by_instalment
              ? "The oldest instalment is paid in full, then the next."
              : "All penalties of all instalments first, then all fees, and so on."
          }
          checked={allocation.by_instalment}
          onChange={(by_instalment) => set({ by_instalment })}
        />
        <Choice
          path="allocation.excess"
          editing={editing}
          value={allocation.excess}
          options={(["hold", "next", "shorten", "lower"] as const).map((each) => [each, EXCESS[each], HINTS[each]])}
          onChange={(excess) => set({ excess })}
        />
        <Decimal
          path="close_tolerance"
          editing={editing}
          hint="A rest up to this is waived so that the loan closes."
          unit={editing.currency}
          value={close_tolerance}
          onChange={(value) => editing.set({ close_tolerance: value })}
        />
      </div>
    </div>
  )
}

/** A list that is ordered by its buttons, or with Alt and an arrow key on one of them. */
function Order({
  order,
  fault,
  onChange,
}: {
  order: Component[]
  fault: string | null
  onChange: (order: Component[]) => void
}) {
  const list = useRef<HTMLOListElement>(null)
  const [told, setTold] = useState("")
  const move = (at: number, step: -1 | 1) => {
    const to = at + step
    if (to < 0 || to >= order.length) return
    const moved = order[at]!
    onChange(order.with(at, order[to]!).with(to, moved))
    setTold(`${COMPONENTS[moved]}: place ${to + 1} of ${order.length}`)
    requestAnimationFrame(() => {
      const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>(`[data-part="${moved}"] button`) ?? [])]
      // At an end the button that led there is spent; the other one takes the focus.
      const wanted = buttons[step < 0 ? 0 : 1]
      ;(wanted?.disabled ? buttons.find((each) => !each.disabled) : wanted)?.focus()
    })
  }
  const onKey = (at: number) => (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return
    event.preventDefault()
    move(at, event.key === "ArrowUp" ? -1 : 1)
  }
  return (
    <>
      <ol ref={list} aria-label="Order of payment" className="divide-y rounded-control border">
        {order.map((part, at) => (
          <li key={part} data-part={part} className="flex items-center gap-2 px-2 text-[13px]" onKeyDown={onKey(at)}>
            <span className="num w-4 text-ink-3">{at + 1}</span>
            <span className="py-1.5">{COMPONENTS[part].charAt(0).toUpperCase() + COMPONENTS[part].slice(1)}</span>
            <span className="ml-auto flex">
              <Button
                size="icon"
                variant="ghost"
                className="size-7"
                aria-label={`Pay ${COMPONENTS[part]} earlier`}
                disabled={at === 0}
                onClick={() => move(at, -1)}
              >
                <ArrowUp />
              </Button>
              <Button
                size="icon"
                variant="ghost"
                className="size-7"
                aria-label={`Pay ${COMPONENTS[part]} later`}
                disabled={at === order.length - 1}
                onClick={() => move(at, 1)}
              >
                <ArrowDown />
              </Button>
            </span>
          </li>
        ))}
      </ol>
      <p role="status" className="sr-only">
        {told}
      </p>
      {fault && (
        <p role="alert" className="mt-1 text-xs text-decline">
          {fault}
        </p>
      )}
    </>
  )
}
