import { momentOf } from "@/ui/days"
import { moment, oneOf, short, uuid } from "@/ui/search-params"

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

/** Read the log's URL; what does not fit is undefined. */
export function readSearch(raw: Record<string, unknown>): AuditSearch {
  return {
    tab: oneOf(raw, "tab", ["verify"]),
    q: short(raw, "q", WORD_LENGTH_MAX),
    act: short(raw, "act", WORD_LENGTH_MAX),
    actor: short(raw, "actor", WORD_LENGTH_MAX),
    subject: short(raw, "subject", WORD_LENGTH_MAX),
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
