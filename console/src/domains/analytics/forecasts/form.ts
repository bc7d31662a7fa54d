/** What is asked when somebody wants a forecast: the form's values, sensible guesses of columns, and the body that is sent. */
import type { Body } from "./queries"
import type { Kind } from "./search"

/** A column that may be chosen; types are those of datasets, or of the record. */
export interface SourceColumn {
  name: string
  type: string
  looks_like_id?: boolean
}

export type SourceKind = "dataset" | "record" | "metric"
export type ColumnRole = Exclude<keyof Body["columns"], "series">

export interface Form {
  kind: Kind
  name: string
  from: SourceKind
  /** A dataset's id, or the name of a table of the record or of a metric. */
  source: string
  columns: Partial<Record<ColumnRole, string>>
  series: string[]
  hierarchy: boolean
  /** Of churn: whether a column says who left, or purchases do. */
  labelled: boolean
  horizon: number | undefined
  frequency: Body["frequency"]
  coverage: number
  method: Body["method"]
  country: string
  capacity: number | undefined
  terms: Partial<Record<Exclude<keyof Body["inventory"], "lead_time" | "review_period">, number>>
  lead_time: number | undefined
  review_period: number | undefined
}

export const emptyForm = (dataset?: string): Form => ({
  kind: "revenue",
  name: "",
  from: "dataset",
  source: dataset ?? "",
  columns: {},
  series: [],
  hierarchy: false,
  labelled: false,
  horizon: undefined,
  frequency: "auto",
  coverage: 0.9,
  method: "combination",
  country: "",
  capacity: undefined,
  terms: {},
  lead_time: undefined,
  review_period: undefined,
})

export const isNumber = ({ type }: SourceColumn) => type === "numeric" || type === "number"
export const isTime = ({ type }: SourceColumn) => type === "time"
/** What can tell series, items or customers apart. */
export const isKey = (column: SourceColumn) => !isTime(column)

const AMOUNT = /amount|revenue|sales|sold|turnover|total|value|quantity|qty|volume|demand|units|figure|count/i
const QUANTITY = /quantity|qty|units|pieces|sold/i
const PRICE = /price|rate/i
const CUSTOMER = /customer|client|account|member|subscriber|user/i
const LEFT = /churn|left|leave|exit|attrit|cancel|gone/i
const ITEM = /\bsku\b|item|product|article|part|stock.?code/i
const ON_HAND = /on.?hand|in.?stock|stock.?level|inventory/i
const ON_ORDER = /on.?order|incoming/i
const COST = /cost/i
const LEAD = /lead/i

const like = (columns: SourceColumn[], pattern: RegExp, fits: (column: SourceColumn) => boolean) =>
  columns.find((column) => fits(column) && pattern.test(column.name))?.name

/** The columns that a forecast of this kind most likely means; what is not plain is left open. */
export function guess(kind: Kind, columns: SourceColumn[]): Pick<Form, "columns" | "series" | "labelled"> {
  const figures = columns.filter((column) => isNumber(column) && !column.looks_like_id)
  const beside = [ON_HAND, ON_ORDER, COST, LEAD, PRICE]
  const amounts = figures.filter(({ name }) => !beside.some((each) => each.test(name)))
  const value = like(amounts, AMOUNT, isNumber) ?? (amounts.length === 1 ? amounts[0]!.name : undefined)
  const time = columns.find(isTime)?.name
  const price = value && QUANTITY.test(value) ? like(figures, PRICE, isNumber) : undefined
  if (kind === "churn") {
    const label = like(columns, LEFT, (column) => column.type === "boolean" || column.type === "category")
    const customer = like(columns, CUSTOMER, isKey) ?? columns.find((column) => column.looks_like_id)?.name
    return { columns: label ? { customer, label } : { customer, time, amount: value }, series: [], labelled: !!label }
  }
  if (kind === "inventory") {
    const item = like(columns, ITEM, isKey)
    return {
      columns: {
        time,
        value,
        on_hand: like(figures, ON_HAND, isNumber),
        on_order: like(figures, ON_ORDER, isNumber),
        unit_cost: like(figures, COST, isNumber),
        unit_price: like(figures, PRICE, isNumber),
        lead_time: like(figures, LEAD, isNumber),
      },
      series: item ? [item] : [],
      labelled: false,
    }
  }
  return { columns: kind === "revenue" ? { time, value, price } : { time }, series: [], labelled: false }
}

const ROLES: Record<Kind, ColumnRole[]> = {
  revenue: ["time", "value", "price"],
  service_demand: ["time", "value"],
  inventory: ["time", "value", "on_hand", "on_order", "unit_cost", "unit_price", "lead_time"],
  churn: ["customer", "time", "amount", "label"],
}

/** The roles that columns have in a forecast of this kind, as it is asked for. */
export const rolesOf = ({ kind, labelled }: Pick<Form, "kind" | "labelled">): ColumnRole[] =>
  kind === "churn" ? (labelled ? ["customer", "label"] : ["customer", "time", "amount"]) : ROLES[kind]

/** The form as the API takes it. */
export function toBody(form: Form): Body {
  const roles = form.from === "metric" ? [] : rolesOf(form)
  const many = form.from !== "metric" && form.kind !== "churn"
  return {
    kind: form.kind,
    name: form.name.trim(),
    source:
      form.from === "dataset"
        ? { dataset_id: form.source }
        : form.from === "record"
          ? { source: form.source }
          : { metric: form.source },
    columns: {
      ...Object.fromEntries(roles.map((role) => [role, form.columns[role] || null])),
      series: many ? form.series : [],
    },
    horizon: form.horizon ?? null,
    frequency: form.frequency,
    method: form.method,
    coverage: form.coverage,
    duplicates: null,
    day_first: false,
    hierarchy: many && form.kind !== "inventory" && form.series.length > 0 && form.hierarchy,
    country: form.country.trim() || null,
    capacity: form.kind === "service_demand" ? (form.capacity ?? null) : null,
    inventory: {
      order_cost: 0,
      ...(form.kind === "inventory" ? form.terms : {}),
      lead_time: form.lead_time ?? 1,
      review_period: form.review_period ?? 1,
    },
  }
}

/** The field of the body that the API names. */
export const fieldOf = (field: string | null) => field?.replace(/^body\./, "") ?? null
