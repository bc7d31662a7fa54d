import { Inbox, ListFilter, RefreshCw } from "lucide-react"
import { useEffect, useRef } from "react"
import { Button } from "@/ui/button"
import { Pager } from "@/ui/data-table"
import { count } from "@/ui/format"
import type { Entry } from "@/ui/merge"
import { Empty, Failed, Loading } from "@/ui/states"
import type { Approval } from "./queries"
import { Row } from "./row"
import type { InboxSearch } from "./search"

interface Props {
  entries: Entry<Approval>[] | undefined
  error: unknown
  retry: () => void
  waiting: number
  onAdopt: () => void
  current: string | undefined
  selected: ReadonlySet<string>
  selectable: boolean
  push: boolean
  search: InboxSearch
  onToggle: (id: string, range: boolean) => void
  total: number | undefined
  capped: boolean
  next: string | null | undefined
  onPage: (after: string | undefined) => void
  onClear: (() => void) | undefined
}

/** The cases of a page of the inbox. What is new is announced; no row moves by itself. */
export function List({ entries, error, retry, waiting, onAdopt, current, search, onClear, ...rest }: Props) {
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    if (current) list.current?.querySelector(`[data-id="${CSS.escape(current)}"]`)?.scrollIntoView({ block: "nearest" })
  }, [current])
  const left = entries?.filter((entry) => entry.gone).length ?? 0
  if (!entries) return error ? <Failed error={error} retry={retry} /> : <Loading rows={8} />
  return (
    <>
      <div role="status">
        {(waiting > 0 || left > 0) && (
          <Button
            variant="ghost"
            size="sm"
            className="h-9 w-full rounded-none border-b bg-accent-soft text-accent"
            onClick={onAdopt}
          >
            <RefreshCw aria-hidden />
            {[waiting > 0 && `${waiting} new`, left > 0 && `${left} no longer open`].filter(Boolean).join(", ")}: update
            the list
          </Button>
        )}
      </div>
      {entries.length === 0 ? (
        <Nothing state={search.state ?? "open"} onClear={onClear} />
      ) : (
        <ul ref={list} aria-label="Cases">
          {entries.map((entry) => (
            <Row
              key={entry.row.id}
              entry={entry}
              current={entry.row.id === current}
              checked={rest.selected.has(entry.row.id)}
              push={rest.push}
              search={search}
              selectable={rest.selectable}
              onToggle={rest.onToggle}
            />
          ))}
        </ul>
      )}
      {(search.after || rest.next) && (
        <Pager
          shown={entries.length}
          total={rest.total === undefined ? undefined : `${rest.capped ? "over " : ""}${count(rest.total)}`}
          after={search.after}
          next={rest.next}
          onPage={rest.onPage}
        />
      )}
    </>
  )
}

const NOTHING = {
  open: ["Nothing waits for you", "What the rules leave to a person comes in here by itself."],
  held: ["No answer is being held", "An answer can be taken back for some seconds before it is carried out."],
  answered: ["No case was answered yet", "Answers are kept here, with who gave them and why."],
  expired: ["No deadline has passed", "Cases that nobody answered in time are kept here."],
  stale: ["No case was overtaken", "Cases that changed while they waited, and were decided anew, are kept here."],
} as const

function Nothing({ state, onClear }: { state: keyof typeof NOTHING; onClear: (() => void) | undefined }) {
  if (onClear)
    return (
      <Empty
        icon={<ListFilter />}
        title="No case fits these filters"
        action={<Button onClick={onClear}>Clear filters</Button>}
      />
    )
  const [title, words] = NOTHING[state]
  return (
    <Empty icon={<Inbox />} title={title}>
      {words}
    </Empty>
  )
}
