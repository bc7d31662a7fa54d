/** What is asked of the API about webhooks: endpoints that are told, and sources that send in. */
import { keepPreviousData, type QueryClient } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"
import type { paths } from "@/api/schema"

/** What a list of the API holds; by its path, since several answers share a name. */
type Listed<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": { items: (infer Row)[] } } } } }
}
  ? Row
  : never

export type Endpoint = Schema["EndpointView"]
export type Delivery = Schema["WebhookDeliveryView"]
export type Replay = Listed<"/api/v1/webhooks/endpoints/{endpoint_id}/replays">
export type Source = Listed<"/api/v1/webhooks/sources">
export type Message = Schema["WebhookMessageView"]

export const WEBHOOKS = "/api/v1/webhooks"
/** What a worker does to a message no event tells. */
const REFRESH_MILLISECONDS = 5_000
const QUICK_MILLISECONDS = 1_000
const LISTED_MAX = 200
const live = { refetchInterval: REFRESH_MILLISECONDS }

export const endpointsQuery = query.queryOptions(
  "get",
  `${WEBHOOKS}/endpoints`,
  { params: { query: { limit: LISTED_MAX } } },
  live,
)

export const endpointQuery = (id: string) =>
  query.queryOptions("get", `${WEBHOOKS}/endpoints/{endpoint_id}`, { params: { path: { endpoint_id: id } } }, live)

export const deliveriesQuery = (
  id: string,
  search: { state?: Delivery["state"]; event?: string; replay_id?: string; after?: string },
) =>
  query.queryOptions(
    "get",
    `${WEBHOOKS}/endpoints/{endpoint_id}/deliveries`,
    { params: { path: { endpoint_id: id }, query: search } },
    { ...live, placeholderData: keepPreviousData },
  )

export const deliveryQuery = (id: string) =>
  query.queryOptions(
    "get",
    `${WEBHOOKS}/deliveries/{webhook_delivery_id}`,
    { params: { path: { webhook_delivery_id: id } } },
    { refetchInterval: QUICK_MILLISECONDS },
  )

export const replaysQuery = (id: string, after?: string) =>
  query.queryOptions(
    "get",
    `${WEBHOOKS}/endpoints/{endpoint_id}/replays`,
    { params: { path: { endpoint_id: id }, query: { after } } },
    {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) =>
        state.data?.items.some((replay) => replay.ended_at === null) ? QUICK_MILLISECONDS : REFRESH_MILLISECONDS,
    },
  )

export const sourcesQuery = query.queryOptions(
  "get",
  `${WEBHOOKS}/sources`,
  { params: { query: { limit: LISTED_MAX } } },
  live,
)

export const sourceQuery = (id: string) =>
  query.queryOptions(
    "get",
    `${WEBHOOKS}/sources/{webhook_source_id}`,
    { params: { path: { webhook_source_id: id } } },
    live,
  )

export const messagesQuery = (id: string, search: { state?: Message["state"]; after?: string }) =>
  query.queryOptions(
    "get",
    `${WEBHOOKS}/sources/{webhook_source_id}/messages`,
    { params: { path: { webhook_source_id: id }, query: search } },
    { ...live, placeholderData: keepPreviousData },
  )

export const messageQuery = (id: string) =>
  query.queryOptions(
    "get",
    `${WEBHOOKS}/messages/{webhook_message_id}`,
    { params: { path: { webhook_message_id: id } } },
    { refetchInterval: REFRESH_MILLISECONDS },
  )

export const intakesQuery = query.queryOptions("get", `${WEBHOOKS}/intakes`, undefined, {
  staleTime: Number.POSITIVE_INFINITY,
})

/** Ask again for all about webhooks. */
export const refresh = (client: QueryClient) =>
  client.invalidateQueries({
    predicate: ({ queryKey }) => typeof queryKey[1] === "string" && queryKey[1].startsWith(WEBHOOKS),
  })
