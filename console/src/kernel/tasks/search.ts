import { listOf, oneOf, short, uuid } from "@/ui/search-params"

export const STATES = ["running", "queued", "failed", "done", "cancelled"] as const

/** What the URL of the tasks says. */
export interface TaskSearch {
  tab?: "schedules"
  state?: (typeof STATES)[number][]
  kind?: string[]
  /** Such as `schedule:<id>`. */
  subject?: string
  after?: string
  peek?: string
}

const SUBJECT_LENGTH_MAX = 200
const KINDS_MAX = 20

/** Read the URL; what does not fit is undefined. */
export function readSearch(raw: Record<string, unknown>): TaskSearch {
  return {
    tab: oneOf(raw, "tab", ["schedules"]),
    state: listOf(raw, "state", STATES),
    kind: listOf(raw, "kind")?.slice(0, KINDS_MAX),
    subject: short(raw, "subject", SUBJECT_LENGTH_MAX),
    after: uuid(raw, "after"),
    peek: uuid(raw, "peek"),
  }
}

export const isFiltered = ({ state, kind, subject }: TaskSearch) =>
  state !== undefined || kind !== undefined || subject !== undefined
