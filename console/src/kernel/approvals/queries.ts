import { query, type Schema } from "@/api/client"
import type { InboxSearch } from "./search"

export type Approval = Schema["ApprovalView"]
export type ApprovalDetail = Schema["ApprovalDetail"]
export type Verb = NonNullable<Approval["answer"]>

/** How long an answer can be taken back. */
export const HOLD_SECONDS = 8
const PAGE_SIZE = 50
const HELD_SOUGHT = 200

export const LIST_PATH = "/api/v1/approvals"

/** A held answer is one to an open case: those are asked for among the most pressing. */
const stateOf = (search: InboxSearch) => (search.state === "held" ? "open" : (search.state ?? "open"))

export const sortOf = (search: InboxSearch) => search.sort ?? (stateOf(search) === "open" ? "due_at" : "-created_at")

export const listQuery = (search: InboxSearch) =>
  query.queryOptions("get", LIST_PATH, {
    params: {
      query: {
        state: stateOf(search),
        q: search.q,
        risk: search.risk,
        tier: search.tier,
        kind: search.kind,
        assignee: search.assignee,
        sort: sortOf(search),
        after: search.after,
        limit: search.state === "held" ? HELD_SOUGHT : PAGE_SIZE,
      },
    },
  })

/** Counts are of all in this state, so that each facet shows what choosing it would give. */
export const facetsQuery = (search: InboxSearch) =>
  query.queryOptions("get", "/api/v1/approvals/facets", {
    params: { query: { state: stateOf(search), q: search.q, assignee: search.assignee } },
  })

export const detailQuery = (id: string) =>
  query.queryOptions("get", "/api/v1/approvals/{approval_id}", { params: { path: { approval_id: id } } })

/** How one case ended that is no longer in the list. */
export const endQuery = (id: string) =>
  query.queryOptions("get", LIST_PATH, { params: { query: { state: "answered", q: id, limit: 1 } } })

export const vocabularyQuery = (kind: string) =>
  query.queryOptions("get", "/api/v1/policies/{kind}/vocabulary", { params: { path: { kind } } }, { staleTime: 60_000 })

export const membersQuery = query.queryOptions(
  "get",
  "/api/v1/access/users",
  { params: { query: { limit: 200 } } },
  { staleTime: 60_000 },
)
