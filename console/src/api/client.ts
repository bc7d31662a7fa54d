import createFetchClient, { type Middleware } from "openapi-fetch"
import createQueryClient from "openapi-react-query"
import { chosenOrganization } from "./organization"
import { ApiError, readProblem } from "./problem"
import type { components, paths } from "./schema"

/** Types of the API by name, as openapi.json calls them: `Schema["DecisionView"]`. */
export type Schema = components["schemas"]

const frame: Middleware = {
  onRequest({ request }) {
    const organization = chosenOrganization()
    if (organization) request.headers.set("X-Organization", organization)
  },
  async onResponse({ response }) {
    if (!response.ok) throw await readProblem(response)
  },
  onError({ error }) {
    if (error instanceof ApiError || (error instanceof DOMException && error.name === "AbortError")) return
    return ApiError.unreachable()
  },
}

/** The plain typed client; every answer that is no success is thrown as an ApiError. */
export const api = createFetchClient<paths>({
  baseUrl: typeof location === "undefined" ? "http://localhost" : location.origin,
  querySerializer: { array: { style: "form", explode: true } },
})
api.use(frame)

/** The same client as queries: `useQuery(query.queryOptions("get", path, init))`; the key is [method, path, init]. */
export const query = createQueryClient(api)

/** A header that makes a repeated POST take effect once; one key for each intention of a person. */
export const once = (key: string = crypto.randomUUID()) => ({ "Idempotency-Key": key })
