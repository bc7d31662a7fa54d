/** What is asked of the API about channels, rules of notification and deliveries. */
import { keepPreviousData, type QueryClient } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"
import type { paths } from "@/api/schema"

/** What a list of the API holds; by its path, since several answers share a name. */
type Listed<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": { items: (infer Row)[] } } } } }
}
  ? Row
  : never

export type Channel = Listed<"/api/v1/channels">
export type Kind = Schema["ChannelKindView"]
export type Rule = Listed<"/api/v1/notification-rules">
export type Delivery = Listed<"/api/v1/deliveries">

export const CHANNELS = "/api/v1/channels"
export const RULES = "/api/v1/notification-rules"
export const DELIVERIES = "/api/v1/deliveries"
/** What a worker does to a message no event tells. */
const REFRESH_MILLISECONDS = 5_000
const LISTED_MAX = 200

export const channelsQuery = query.queryOptions(
  "get",
  CHANNELS,
  { params: { query: { limit: LISTED_MAX } } },
  { refetchInterval: REFRESH_MILLISECONDS },
)

export const kindsQuery = query.queryOptions("get", `${CHANNELS}/kinds`, undefined, {
  staleTime: Number.POSITIVE_INFINITY,
})

export const rulesQuery = query.queryOptions("get", RULES, { params: { query: { limit: LISTED_MAX } } })

export interface DeliverySearch {
  state?: Delivery["state"]
  channel?: string
  after?: string
}

export const deliveriesQuery = (search: DeliverySearch) =>
  query.queryOptions(
    "get",
    DELIVERIES,
    { params: { query: search } },
    { placeholderData: keepPreviousData, refetchInterval: REFRESH_MILLISECONDS },
  )

export const deliveryQuery = (id: string) =>
  query.queryOptions("get", `${DELIVERIES}/{delivery_id}`, { params: { path: { delivery_id: id } } })

/** Ask again for whatever begins with one of these paths. */
export const refresh = (client: QueryClient, ...paths: string[]) =>
  client.invalidateQueries({
    predicate: ({ queryKey }) => paths.some((path) => typeof queryKey[1] === "string" && queryKey[1].startsWith(path)),
  })
