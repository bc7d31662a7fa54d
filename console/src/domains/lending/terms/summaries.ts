/** What each group of terms says, in a line, for when it is folded. */
import { money, percent } from "@/ui/format"
import type { CreditTerms, Portion } from "./document"
import type { Group } from "./editing"

export const COMPONENTS = { penalty: "penalties", fee: "fees", interest: "interest", principal: "principal" } as const
export const METHODS: Record<CreditTerms["method"], string> = {
  equal_instalment: "Equal instalments",
  equal_principal: "Equal principal",
  interest_only: "Interest only, principal at the end",
}
export const EXCESS: Record<CreditTerms["allocation"]["excess"], string> = {
  hold: "Kept as credit",
  next: "Pays the next instalments",
  shorten: "Repays principal: fewer instalments",
  lower: "Repays principal: lower instalments",
}
const UNIT_NAMES: Record<string, string> = { d: "day", w: "week", m: "month", y: "year" }

/** "every month", "every 2 weeks". */
export function everyText(every: string): string {
  const [, count = "", unit = ""] = /^(\d+)([dwmy])$/.exec(every) ?? []
  const name = UNIT_NAMES[unit]
  if (!name) return `every ${every}`
  return Number(count) === 1 ? `every ${name}` : `every ${Number(count)} ${name}s`
}

const sum = (value: string, currency: string) =>
  value !== "" && Number.isFinite(Number(value)) ? money(value, currency) : "–"
const portion = ({ value, base }: Portion, currency: string) =>
  base === "flat"
    ? sum(value, currency)
    : `${value} % of ${{ principal: "the amount", instalment: "the instalment", overdue: "what is overdue" }[base]}`
const counted = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`

const SUMMARIES: Record<Group, (terms: CreditTerms, currency: string) => (string | false | null)[]> = {
  amounts: ({ amounts, terms }, currency) => [
    `${sum(amounts.minimum, currency)} to ${sum(amounts.maximum, currency)}`,
    terms.allowed.length > 0
      ? `${terms.allowed.join(", ")} months`
      : terms.minimum === terms.maximum
        ? `${terms.minimum} months`
        : `${terms.minimum} to ${terms.maximum} months`,
  ],
  rate: ({ rate }) => [
    rate.kind === "fixed"
      ? `${rate.rate} % a year`
      : rate.kind === "bands"
        ? `${counted(rate.bands.length, "band")}: ${rate.bands.map((band) => `${band.name} ${band.rate} %`).join(", ")}`
        : `${rate.index || "index"} ${rate.margin.startsWith("-") ? "−" : "+"} ${rate.margin.replace("-", "")} %`,
  ],
  schedule: (terms) => [
    METHODS[terms.method],
    everyText(terms.every),
    terms.day_count,
    terms.due_day !== null && `due on day ${terms.due_day}`,
  ],
  grace: ({ grace, balloon, down_payment }, currency) => [
    grace.principal > 0 && `${grace.principal} × interest only`,
    grace.interest > 0 && `${grace.interest} × interest later`,
    grace.free > 0 && `${grace.free} × no interest`,
    balloon && `balloon ${portion(balloon, currency)}`,
    down_payment && `down payment ${portion(down_payment, currency)}`,
  ],
  fees: ({ fees, penalty }, currency) => [
    ...fees.map((fee) => `${fee.name} ${portion(fee.portion, currency)}`),
    Number(penalty.rate) > 0 && `penalty interest ${penalty.rate} %`,
  ],
  payments: ({ allocation }) => [
    allocation.order.map((each) => COMPONENTS[each]).join(", "),
    allocation.by_instalment && "oldest instalment first",
    `excess: ${EXCESS[allocation.excess].toLowerCase()}`,
  ],
  arrears: ({ tolerance_amount, tolerance_days, provisioning }, currency) => [
    Number(tolerance_amount) > 0 && `${sum(tolerance_amount, currency)} tolerated`,
    tolerance_days > 0 && `${counted(tolerance_days, "day")} tolerated`,
    `stages from ${provisioning.stage2_days} and ${provisioning.stage3_days} days`,
    provisioning.lgd !== null && `loss ${percent(Number(provisioning.lgd), 1)}`,
  ],
  offer: ({ offer, conditions }) => [
    offer.required ? `offer stands ${counted(offer.valid_days, "day")}` : "paid out without an offer",
    conditions.length > 0 && counted(conditions.length, "condition"),
  ],
  tranches: ({ tranches_max }) => [tranches_max === 1 ? "Paid out at once" : `up to ${tranches_max} tranches`],
}

/** What a group says, in a line. */
export function summaryOf(group: Group, terms: CreditTerms, currency: string): string {
  const text = SUMMARIES[group](terms, currency).filter(Boolean).join(" · ")
  return text ? text.charAt(0).toUpperCase() + text.slice(1) : "None"
}
