import { BellRing, CircleCheck, RefreshCw, SearchX } from "lucide-react"
import { useEffect, useRef } from "react"
import type { Schema } from "@/api/client"
import { Button } from "@/ui/button"
import { count, words } from "@/ui/format"
import type { Entry } from "@/ui/merge"
import { Empty } from "@/ui/states"
import type { Alert } from "./queries"
import { Row } from "./row"
import { type AlertSearch, groupOf, onlyGroup } from "./search"
import { Severity } from "./severity"

interface Props {
  entries: Entry<Alert>[]
  waiting: number
  onAdopt: () => void
  current: string | undefined
  selected: ReadonlySet<string>
  selectable: boolean
  search: AlertSearch
  onToggle: (id: string) => void
  /** All groups with their counts, of whichever page. */
  groups: Schema["AlertGroup"][] | undefined
  /** Show one group alone. */
  onOnly: (filter: Partial<AlertSearch>) => void
}

/** The alerts of a page, all in one list or in groups; groups that have none on this page are named too. */
export function List({ entries, waiting, onAdopt, current, search, groups: counted, onOnly, ...rest }: Props) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (current) list.current?.querySelector(`[data-id="${CSS.escape(current)}"]`)?.scrollIntoView({ block: "nearest" })
  }, [current])
  const left = entries.filter((entry) => entry.gone).length
  const by = search.group
  const groups = by ? grouped(entries, by, counted) : ([[null, entries]] as [null, Entry<Alert>[]][])
  return (
    <div ref={list}>
      <div role="status">
        {(waiting > 0 || left > 0) && (
          <Button
            variant="ghost"
            size="sm"
            className="h-9 w-full rounded-none border-b bg-accent-soft text-accent"
            onClick={onAdopt}
          >
            <RefreshCw aria-hidden />
            {[waiting > 0 && `${waiting} new`, left > 0 && `${left} gone`].filter(Boolean).join(", ")}: update the list
          </Button>
        )}
      </div>
      {groups.map(([key, members]) => (
        <section key={key ?? "all"} aria-label={key === null ? undefined : named(key)}>
          {by && key !== null && (
            <GroupHead
              by={by}
              name={key}
              shown={members.length}
              group={counted?.find((each) => each.key === key)}
              onOnly={onOnly}
            />
          )}
          {members.length > 0 && (
            <ul aria-label={key === null ? "Alerts" : named(key)} className="[section+section>&]:border-t-0">
              {members.map((entry) => (
                <Row
                  key={entry.row.id}
                  entry={entry}
                  current={entry.row.id === current}
                  checked={rest.selected.has(entry.row.id)}
                  search={search}
                  selectable={rest.selectable}
                  onToggle={rest.onToggle}
                />
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  )
}

type Grouping = NonNullable<AlertSearch["group"]>
const named = (key: string) => (key ? words(key) : "None")

/** What stands over a group: its worst severity, how many it has in all, and how to see it alone. */
function GroupHead({
  by,
  name,
  shown,
  group,
  onOnly,
}: {
  by: Grouping
  name: string
  shown: number
  group: Schema["AlertGroup"] | undefined
  onOnly: Props["onOnly"]
}) {
  const only = onlyGroup(by, name)
  return (
    <div className="flex flex-wrap items-center gap-2 border-b bg-sunken/60 px-3 py-1.5 text-xs text-ink-3">
      <h2 className="font-semibold text-ink-2">{named(name)}</h2>
      <span className="num">
        {count(group?.count ?? shown)}
        {group && group.occurrences > group.count && ` (seen ${count(group.occurrences)} times)`}
        {group && group.unacknowledged > 0 && `, ${count(group.unacknowledged)} not acknowledged`}
      </span>
      {group && by !== "severity" && <Severity level={group.severity} />}
      {only && (
        <Button size="sm" variant="ghost" className="ml-auto" onClick={() => onOnly(only)}>
          Only these
        </Button>
      )}
    </div>
  )
}

/** The entries by their groups: first those that the server counted, in its order. */
function grouped(
  entries: Entry<Alert>[],
  by: Grouping,
  counted: Schema["AlertGroup"][] | undefined,
): [string, Entry<Alert>[]][] {
  const members = new Map<string, Entry<Alert>[]>()
  for (const entry of entries) {
    const key = groupOf(by, entry.row)
    members.set(key, [...(members.get(key) ?? []), entry])
  }
  const keys = [...new Set([...(counted ?? []).map(({ key }) => key), ...members.keys()])].sort()
  return keys.map((key) => [key, members.get(key) ?? []])
}

/** The ids in the order in which they stand on the page. */
export const inOrder = (entries: Entry<Alert>[], by: Grouping | undefined): string[] =>
  (by ? grouped(entries, by, undefined).flatMap(([, members]) => members) : entries).map(({ row }) => row.id)

const NOTHING = {
  open: ["All quiet", "Whatever needs a person's eye comes in here by itself."],
  acknowledged: ["Nothing is being looked into", "Alerts that somebody has acknowledged stand here until they end."],
  snoozed: ["Nothing is snoozed", "Snoozed alerts come back by themselves, or when they grow worse."],
  resolved: ["Nothing was resolved yet", "Alerts that were dealt with are kept here, with who did it and why."],
  cleared: ["Nothing was cleared yet", "Alerts that were put away without more are kept here."],
} as const

/** Why the list is empty. */
export function Nothing({ search, onClear }: { search: AlertSearch; onClear: (() => void) | undefined }) {
  if (onClear)
    return (
      <Empty icon={<SearchX />} title="No alert is like that" action={<Button onClick={onClear}>Clear filters</Button>}>
        Take a filter away.
      </Empty>
    )
  const [title, text] = NOTHING[search.state ?? "open"]
  return (
    <Empty icon={search.state ? <BellRing /> : <CircleCheck />} title={title}>
      {text}
    </Empty>
  )
}
