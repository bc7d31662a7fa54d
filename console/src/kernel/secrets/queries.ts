import { keepPreviousData, type QueryClient } from "@tanstack/react-query"
import { query } from "@/api/client"
import { VIEWS, type View } from "./wording"

/** Secrets that expire or are to be renewed within so many days are "to renew". */
const DUE_DAYS = 14

export const readView = (state: string | undefined): View | undefined => VIEWS.find((each) => each === state)

export const secretsQuery = (view: View | undefined, words: string | undefined, after: string | undefined) =>
  query.queryOptions(
    "get",
    "/api/v1/vault/secrets",
    {
      params: {
        query: {
          words,
          after,
          ...(view === "due" ? { due_days: DUE_DAYS } : { state: view }),
        },
      },
    },
    { placeholderData: keepPreviousData },
  )

export const secretQuery = (id: string) =>
  query.queryOptions("get", "/api/v1/vault/secrets/{secret_id}", { params: { path: { secret_id: id } } })

export const healthQuery = query.queryOptions("get", "/api/v1/vault/health")

/** Ask for all that shows secrets again. */
export const secretsChanged = (client: QueryClient) =>
  client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/v1/vault") })
