/** What is asked of the API about tasks. */
import { query, type Schema } from "@/api/client"
import type { TaskSearch } from "./search"

export type Task = Schema["TaskView"]
export type Schedule = Schema["ScheduleView"]

export const TASKS = "/api/v1/tasks"
const PAGE_SIZE = 50
/** Progress is written without an event. */
const BUSY_MILLISECONDS = 2_000
const IDLE_MILLISECONDS = 15_000

export const isUnderWay = ({ state }: { state: Task["state"] }) => state === "running" || state === "queued"
const pace = (busy: boolean | undefined) => (busy ? BUSY_MILLISECONDS : IDLE_MILLISECONDS)

export const listQuery = ({ state, kind, subject, after }: TaskSearch) =>
  query.queryOptions(
    "get",
    TASKS,
    { params: { query: { state, kind, subject, after, limit: PAGE_SIZE } } },
    { refetchInterval: ({ state: { data } }) => pace(data?.items.some(isUnderWay)) },
  )

export const facetsQuery = ({ state, kind, subject }: TaskSearch) =>
  query.queryOptions(
    "get",
    `${TASKS}/facets`,
    { params: { query: { state, kind, subject } } },
    { refetchInterval: IDLE_MILLISECONDS },
  )

export const taskQuery = (id: string) =>
  query.queryOptions(
    "get",
    `${TASKS}/{task_id}`,
    { params: { path: { task_id: id } } },
    { refetchInterval: ({ state: { data } }) => (data && isUnderWay(data) ? BUSY_MILLISECONDS : false) },
  )

export const schedulesQuery = query.queryOptions(
  "get",
  `${TASKS}/schedules`,
  {},
  { refetchInterval: IDLE_MILLISECONDS },
)

export const dayQuery = query.queryOptions("get", "/api/admin/autonomous-business/daily-tasks", undefined, {
  refetchInterval: IDLE_MILLISECONDS,
})
