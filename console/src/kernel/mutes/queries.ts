/** What is asked of the API about muted rules. */
import { keepPreviousData, type QueryClient } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"

export type Mute = Schema["MuteView"]
export type MuteStanding = Mute["standing"]

const MUTES = "/api/v1/mutes"

export const mutesQuery = (asked: { standing: MuteStanding; value?: string; rule?: string; after?: string }) =>
  query.queryOptions("get", MUTES, { params: { query: asked } }, { placeholderData: keepPreviousData })

export const muteQuery = (muteId: string) =>
  query.queryOptions("get", "/api/v1/mutes/{mute_id}", { params: { path: { mute_id: muteId } } })

export const refreshMutes = (client: QueryClient) =>
  client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith(MUTES) })
