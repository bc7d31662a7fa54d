/** What is asked of the API about policies. */
import { api, once, query } from "@/api/client"
import { asApiError } from "@/api/problem"
import type { Finding, PolicyDocument } from "./document"
import { asFinding } from "./places"

export const activeQuery = (kind: string) =>
  query.queryOptions("get", "/api/v1/policies/{kind}", { params: { path: { kind } } })

export const versionQuery = (kind: string, version: number) =>
  query.queryOptions(
    "get",
    "/api/v1/policies/{kind}",
    { params: { path: { kind }, query: { version } } },
    // A published version never changes; only its state does, which this is not asked for.
    { staleTime: Number.POSITIVE_INFINITY },
  )

export interface Checked {
  publishable: boolean
  findings: Finding[]
}

/** The server's check of a draft; a policy that it cannot read at all is a finding too. */
export async function check(kind: string, policy: PolicyDocument, signal: AbortSignal): Promise<Checked> {
  try {
    const { data } = await api.POST("/api/v1/policies/{kind}/check", {
      params: { path: { kind } },
      body: { policy },
      headers: once(),
      signal,
    })
    return data!
  } catch (error) {
    const problem = asApiError(error)
    if (problem.status !== 422) throw error
    return { publishable: false, findings: [asFinding(problem)] }
  }
}
