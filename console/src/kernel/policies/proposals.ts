/** Policies that wait for a second person or for their date: what is asked about them, and how they are called. */
import { api, once, query, type Schema } from "@/api/client"
import type { WhenChosen } from "./when-fields"

export type Proposal = Schema["ProposalView"]
export type ProposalDetail = Schema["ProposalDetail"]

const WAITING_MAX = 40

export const waitingQuery = (kind: string) =>
  query.queryOptions("get", "/api/v1/policies/proposals", {
    params: { query: { kind, waiting: true, limit: WAITING_MAX } },
  })

export const endedQuery = (kind: string, limit: number) =>
  query.queryOptions("get", "/api/v1/policies/proposals", { params: { query: { kind, limit } } })

export const proposalQuery = (id: string) =>
  query.queryOptions("get", "/api/v1/policies/proposals/{proposal_id}", { params: { path: { proposal_id: id } } })

export type Answer = "approve" | "reject" | "withdraw" | "cancel"

/** Answer a proposal; an approval names the digest of what was read. */
export function answer(proposal: Proposal, how: Answer, reason: string) {
  const options = { params: { path: { proposal_id: proposal.id } }, headers: once() }
  switch (how) {
    case "approve":
      return api.POST("/api/v1/policies/proposals/{proposal_id}/approve", {
        ...options,
        body: { digest: proposal.digest, reason },
      })
    case "reject":
      return api.POST("/api/v1/policies/proposals/{proposal_id}/reject", { ...options, body: { reason } })
    case "withdraw":
      return api.POST("/api/v1/policies/proposals/{proposal_id}/withdraw", { ...options, body: { reason } })
    case "cancel":
      return api.POST("/api/v1/policies/proposals/{proposal_id}/cancel", { ...options, body: { reason } })
  }
}

/** What a choice of time means to the server; without a date, the version that the author began from. */
export const timing = (when: WhenChosen, base?: number) =>
  when.at === null
    ? { replaces: base, whatever_is_active: false }
    : {
        effective_from: when.at,
        replaces: when.base === "active" ? base : undefined,
        follows: when.base === "active" || when.base === "any" ? undefined : when.base,
        whatever_is_active: when.base === "any",
      }

/** What became of a policy that was sent, in a sentence. */
export function outcome(sent: Schema["SubmittedPolicy"]): string {
  if (sent.state === "proposed") return "Proposed: it waits for a second person"
  if (sent.state === "scheduled") return "Scheduled: it holds from its date on"
  return `Version ${sent.version} holds from the next decision on`
}

/** Whether every change of this policy takes a second person. */
export const needsSecond = (policy: Schema["PolicyView"]) => policy.body.publishing?.second_person === true
