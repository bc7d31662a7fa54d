import { query, type Schema } from "@/api/client"

export type QueueRow = Schema["QueueRow"]
export type Case = Schema["CaseView"]
export type StepView = Schema["StepView"]

export const QUEUE = "/api/v1/lending/collections/queue"
export const QUEUE_FACETS = "/api/v1/lending/collections/queue/facets"

export const caseQuery = (loanId: string) =>
  query.queryOptions("get", "/api/v1/lending/collections/loans/{loan_id}", { params: { path: { loan_id: loanId } } })
