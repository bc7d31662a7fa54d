import { momentOf } from "@/ui/days"
import { oneOf, text } from "@/ui/search-params"

/** What the URL of the log says. `since` and `until` are days of the organisation or moments. */
export interface AuditSearch {
  tab?: "verify"
  q?: string
  act?: string
  actor?: string
  subject?: string
  since?: string
  until?: string
  after?: string
  peek?: string
}

/** Longest text that the API searches for. */
const WORD_LENGTH_MAX = 300
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const word = (raw: Record<string, unknown>, name: string) => text(raw, name)?.slice(0, WORD_LENGTH_MAX)
const moment = (raw: Record<string, unknown>, name: string) => {
  const value = text(raw, name)
  return value !== undefined && !Number.isNaN(Date.parse(value)) ? value : undefined
}
const uuid = (raw: Record<string, unknown>, name: string) => {
  const value = text(raw, name)
  return value !== undefined && UUID.test(value) ? value : undefined
}

/** Read the log's URL; what does not fit is undefined by name, else the router would keep it as it stands in the address. */
export function readSearch(raw: Record<string, unknown>): AuditSearch {
  return {
    tab: oneOf(raw, "tab", ["verify"]),
    q: word(raw, "q"),
    act: word(raw, "act"),
    actor: word(raw, "actor"),
    subject: word(raw, "subject"),
    since: moment(raw, "since"),
    until: moment(raw, "until"),
    after: uuid(raw, "after"),
    peek: uuid(raw, "peek"),
  }
}

export const NO_FILTER = {
  q: undefined,
  act: undefined,
  actor: undefined,
  subject: undefined,
  since: undefined,
  until: undefined,
} satisfies AuditSearch

export const isFiltered = (search: AuditSearch) =>
  (Object.keys(NO_FILTER) as (keyof AuditSearch)[]).some((name) => search[name] !== undefined)

/** The filters as the API takes them; `until` includes its day. */
export const toFilter = ({ q, act, actor, subject, since, until }: AuditSearch, timeZone: string) => ({
  q,
  act,
  actor,
  subject,
  since: momentOf(since, timeZone, 0),
  until: momentOf(until, timeZone, 1),
})
