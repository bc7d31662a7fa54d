/** What is asked of the API about alerts. */
import { query, type Schema } from "@/api/client"
import { type AlertSearch, toFilter } from "./search"

export type Alert = Schema["AlertView"]
export type AlertDetail = Schema["AlertDetail"]

export const ALERTS = "/api/admin/autonomous-business/alerts"
const PAGE_SIZE = 50
/** An event tells of an alert that is raised; none tells that a cause repeats or that a snooze is over. */
const REFRESH_MILLISECONDS = 60_000

export const listQuery = (search: AlertSearch) =>
  query.queryOptions(
    "get",
    ALERTS,
    { params: { query: { ...toFilter(search), after: search.after, limit: PAGE_SIZE } } },
    { refetchInterval: REFRESH_MILLISECONDS },
  )

/** Counts by severity and kind, of those in the state that is on show. */
export const facetsQuery = (search: AlertSearch) =>
  query.queryOptions(
    "get",
    `${ALERTS}/facets`,
    { params: { query: toFilter(search) } },
    { refetchInterval: REFRESH_MILLISECONDS },
  )

/** Counts by state, whatever state is on show. */
export const statesQuery = (search: AlertSearch) =>
  query.queryOptions(
    "get",
    `${ALERTS}/facets`,
    { params: { query: { ...toFilter(search), state: undefined } } },
    { refetchInterval: REFRESH_MILLISECONDS },
  )

const GROUPS_MAX = 200

/** The groups that the alerts on show fall into, whatever page is open. */
export const groupsQuery = (search: AlertSearch) =>
  query.queryOptions(
    "get",
    `${ALERTS}/groups`,
    { params: { query: { ...toFilter(search), by: search.group ?? "cause", limit: GROUPS_MAX } } },
    { refetchInterval: REFRESH_MILLISECONDS },
  )

export const alertQuery = (id: string) =>
  query.queryOptions("get", `${ALERTS}/{alert_id}`, { params: { path: { alert_id: id } } })

export const membersQuery = query.queryOptions(
  "get",
  "/api/v1/access/users",
  { params: { query: { limit: 200 } } },
  { staleTime: 60_000 },
)
