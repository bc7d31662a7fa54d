import { BellRing, CircleCheck, RefreshCw, SearchX } from "lucide-react"
import { useEffect, useRef } from "react"
import { Button } from "@/ui/button"
import { words } from "@/ui/format"
import type { Entry } from "@/ui/merge"
import { Empty } from "@/ui/states"
import type { Alert } from "./queries"
import { Row } from "./row"
import { type AlertSearch, KINDS } from "./search"

interface Props {
  entries: Entry<Alert>[]
  waiting: number
  onAdopt: () => void
  current: string | undefined
  selected: ReadonlySet<string>
  selectable: boolean
  search: AlertSearch
  onToggle: (id: string) => void
}

/** The alerts of a page, all in one list or by kind. */
export function List({ entries, waiting, onAdopt, current, search, ...rest }: Props) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (current) list.current?.querySelector(`[data-id="${CSS.escape(current)}"]`)?.scrollIntoView({ block: "nearest" })
  }, [current])
  const left = entries.filter((entry) => entry.gone).length
  const groups = search.group
    ? KINDS.map((kind) => [kind, entries.filter(({ row }) => row.kind === kind)] as const).filter(
        ([, members]) => members.length > 0,
      )
    : [[null, entries] as const]
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
      {groups.map(([kind, members]) => (
        <section key={kind ?? "all"} aria-label={kind ? words(kind) : undefined}>
          {kind && (
            <h2 className="flex items-center gap-2 border-b bg-sunken/60 px-3 py-1.5 text-xs font-semibold text-ink-2">
              {words(kind)} <span className="num font-normal text-ink-3">{members.length}</span>
            </h2>
          )}
          <ul aria-label={kind ? words(kind) : "Alerts"} className="[section+section>&]:border-t-0">
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
        </section>
      ))}
    </div>
  )
}

/** The ids in the order in which they stand on the page. */
export const inOrder = (entries: Entry<Alert>[], grouped: boolean): string[] =>
  (grouped ? KINDS.flatMap((kind) => entries.filter(({ row }) => row.kind === kind)) : entries).map(({ row }) => row.id)

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
