/** What is asked of the API about lists. */
import { keepPreviousData, type QueryClient } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"

export type List = Schema["ListView"]
export type Entry = Schema["EntryView"]
export type Holds = List["holds"]
export type Standing = Entry["standing"]

export const LISTS = "/api/v1/lists"
export const LIST = "/api/v1/lists/{list_id}"
const ENTRIES = "/api/v1/lists/{list_id}/entries"
/** The API counts no further. */
export const COUNTED_MAX = 100_000

export const HOLDS: Record<Holds, string> = {
  text: "Any text",
  email: "E-mail addresses",
  phone: "Telephone numbers",
  account: "Accounts",
  device: "Devices",
  address: "Addresses",
}

const STILL = { placeholderData: keepPreviousData }

export const listsQuery = (q: string | undefined, after: string | undefined) =>
  query.queryOptions("get", LISTS, { params: { query: { q, after } } }, STILL)

export const listQuery = (listId: string) => query.queryOptions("get", LIST, { params: { path: { list_id: listId } } })

export const entriesQuery = (listId: string, asked: { q?: string; standing?: Standing; after?: string }) =>
  query.queryOptions("get", ENTRIES, { params: { path: { list_id: listId }, query: asked } }, STILL)

/** Ask anew for everything about lists: what stands where, and the words that rules may use. */
export const refreshLists = (client: QueryClient) =>
  client.invalidateQueries({
    predicate: ({ queryKey }) => {
      const path = String(queryKey[1])
      return path.startsWith(LISTS) || path.endsWith("/vocabulary")
    },
  })
