import { CircleAlert, LoaderCircle } from "lucide-react"
import { useState } from "react"
import { Card, Notice } from "@/ui/basics"
import { Field, Input, Select } from "@/ui/field"
import { NumberInput } from "@/ui/number-input"
import { Loading } from "@/ui/states"
import { useBusinessToday } from "./days"
import type { CreditTerms } from "./document"
import { faultAt, useProductLoan } from "./preview"
import { CostFacts, ScheduleChart, ScheduleTable } from "./schedule-view"

const INDEX_GUESS = "3"
const ROUND_TO = 100
const ASKED = ["amount", "term_months", "index_rate", "start"] as const

/** A loan on the terms as they stand in the draft: pick one and see what it costs, before anything is published. */
export function TermsPreview({
  terms,
  currency,
  lossShare,
}: {
  terms: CreditTerms
  currency: string
  lossShare: number
}) {
  const today = useBusinessToday()
  const [begun] = useState(today)
  const [picked, setPicked] = useState<{
    amount?: string
    term?: number
    band?: string
    index?: string
    start?: string
  }>({})
  const pick = (part: typeof picked) => setPicked((now) => ({ ...now, ...part }))
  const amount = picked.amount ?? middleAmount(terms)
  const term = picked.term ?? middleTerm(terms)
  const index = picked.index ?? INDEX_GUESS
  const start = picked.start ?? begun
  const { rate } = terms
  const band =
    rate.kind === "bands" ? (rate.bands.find((each) => each.name === picked.band) ?? rate.bands[0]) : undefined
  const unsaid = {
    amount: isNumber(amount) ? null : "Give an amount.",
    index_rate: rate.kind === "index" && !isNumber(index) ? "Give percent a year." : null,
    start: start ? null : "Give a day.",
  }
  const { shown, busy, fault } = useProductLoan(
    Object.values(unsaid).some((each) => each !== null)
      ? null
      : {
          credit_terms: terms,
          currency,
          loss_share: lossShare,
          amount,
          term_months: term,
          start,
          ...(rate.kind === "bands" && band && { band: band.name }),
          ...(rate.kind === "index" && { index_rate: index }),
        },
  )
  const faults = {
    ...Object.fromEntries(ASKED.map((name) => [name, faultAt(fault, name)])),
    ...Object.fromEntries(Object.entries(unsaid).filter(([, each]) => each !== null)),
  }
  const error = fault && !ASKED.some((name) => name === fault.field) ? fault.sentence : null
  return (
    <Card
      title="A loan on these terms"
      actions={busy && <LoaderCircle aria-label="Computing" className="size-4 animate-spin text-ink-3" />}
    >
      <div className="grid grid-cols-2 items-start gap-x-3 gap-y-2">
        <Field label={`Amount (${currency})`} error={faults.amount}>
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              autoComplete="off"
              className="num"
              value={amount}
              onChange={(event) => pick({ amount: event.target.value.replace(",", ".").trim() })}
            />
          )}
        </Field>
        <Field label="Term (months)" error={faults.term_months}>
          {(control) =>
            terms.terms.allowed.length > 0 ? (
              <Select {...control} value={term} onChange={(event) => pick({ term: Number(event.target.value) })}>
                {terms.terms.allowed.map((each) => (
                  <option key={each} value={each}>
                    {each}
                  </option>
                ))}
              </Select>
            ) : (
              <NumberInput
                {...control}
                inputMode="numeric"
                className="num"
                value={term}
                onChange={(value) => value !== undefined && pick({ term: value })}
              />
            )
          }
        </Field>
        {rate.kind === "bands" && (
          <Field label="Band">
            {(control) => (
              <Select {...control} value={band?.name ?? ""} onChange={(event) => pick({ band: event.target.value })}>
                {rate.bands.map((each, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two bands may have one name while one types
                  <option key={at} value={each.name}>
                    {each.name} ({each.rate} %)
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        {rate.kind === "index" && (
          <Field label={`${rate.index || "Index"} today (%)`} error={faults.index_rate}>
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                className="num"
                value={index}
                onChange={(event) => pick({ index: event.target.value.replace(",", ".").trim() })}
              />
            )}
          </Field>
        )}
        <Field label="Paid out on" error={faults.start}>
          {(control) => (
            <Input {...control} type="date" value={start} onChange={(event) => pick({ start: event.target.value })} />
          )}
        </Field>
      </div>
      <div className="mt-3 border-t pt-3">
        {error && (
          <Notice tone="warn" icon={<CircleAlert aria-hidden />} className="mb-3">
            <span role="status">
              {error}
              {shown && " Below are the last terms that had a schedule."}
            </span>
          </Notice>
        )}
        {shown ? (
          <div aria-busy={busy} className="flex flex-col gap-3">
            <div aria-live="polite">
              <CostFacts schedule={shown} />
            </div>
            <ScheduleChart schedule={shown} />
            <ScheduleTable schedule={shown} className="max-h-72" />
          </div>
        ) : (
          !fault && <Loading rows={5} />
        )}
      </div>
    </Card>
  )
}

const isNumber = (text: string) => /^-?\d+(\.\d+)?$/.test(text)

function middleAmount({ amounts }: CreditTerms): string {
  const [low, high] = [Number(amounts.minimum), Number(amounts.maximum)]
  const middle = Math.round((low + high) / 2 / ROUND_TO) * ROUND_TO
  return middle >= low && middle <= high ? String(middle) : amounts.maximum
}

const MONTHS_USUAL = 12

function middleTerm({ terms }: CreditTerms): number {
  if (terms.allowed.length > 0) return terms.allowed[Math.floor(terms.allowed.length / 2)]!
  return Math.min(Math.max(MONTHS_USUAL, terms.minimum), terms.maximum)
}
