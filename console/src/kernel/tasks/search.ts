import { listOf, oneOf, text } from "@/ui/search-params"

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
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const id = (raw: Record<string, unknown>, name: string) => {
  const value = text(raw, name)
  return value !== undefined && ID.test(value) ? value : undefined
}

/** Read the URL; what does not fit is undefined by name, else the router would keep it as it stands in the address. */
export function readSearch(raw: Record<string, unknown>): TaskSearch {
  return {
    tab: oneOf(raw, "tab", ["schedules"]),
    state: listOf(raw, "state", STATES),
    kind: listOf(raw, "kind")?.slice(0, KINDS_MAX),
    subject: text(raw, "subject")?.slice(0, SUBJECT_LENGTH_MAX),
    after: id(raw, "after"),
    peek: id(raw, "peek"),
  }
}

export const isFiltered = ({ state, kind, subject }: TaskSearch) =>
  state !== undefined || kind !== undefined || subject !== undefined
