import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Check, Hourglass, PencilLine, X } from "lucide-react"
import { cn } from "@/ui/cn"
import { actor, percent, words } from "@/ui/format"
import type { Entry } from "@/ui/merge"
import { Money, When } from "@/ui/when"
import { doneWord } from "./answering"
import { useSecondsUntil } from "./countdown"
import { Due, useIsOver } from "./due"
import { type Approval, endQuery } from "./queries"
import { Risk } from "./risk"
import type { InboxSearch } from "./search"

const SIGNS = { approve: Check, decline: X, amend: PencilLine } as const

interface Props {
  entry: Entry<Approval>
  current: boolean
  checked: boolean
  /** Whether moving between rows leaves a trace in the browser's history: on a phone each case is a page. */
  push: boolean
  search: InboxSearch
  selectable: boolean
  onToggle: (id: string, range: boolean) => void
}

/** One case in the list: what is proposed, what is at stake, and until when. */
export function Row({ entry: { row, gone }, current, checked, push, search, selectable, onToggle }: Props) {
  const title = row.blind && row.state === "open" ? "Judge for yourself" : row.summary
  return (
    <li
      data-id={row.id}
      data-current={current || undefined}
      className={cn(
        "relative flex items-start gap-2.5 border-b px-3 py-2 last:border-0 hover:bg-sunken/60 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-ring dark:hover:bg-raised/60",
        current && "bg-accent-soft hover:bg-accent-soft dark:hover:bg-accent-soft",
        current && "before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:bg-accent",
      )}
    >
      {selectable && (
        <span className="relative z-10 -m-2 p-2">
          <input
            type="checkbox"
            aria-label={`Select ${row.reference ?? row.summary}`}
            className="block size-4 accent-accent disabled:opacity-40"
            checked={checked}
            disabled={gone || row.held !== null || row.blind}
            onClick={(event) => onToggle(row.id, event.shiftKey)}
            onChange={() => undefined}
          />
        </span>
      )}
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline justify-between gap-2">
          <Link
            to="/approvals"
            search={{ ...search, id: row.id }}
            replace={!push}
            resetScroll={false}
            preload={false}
            aria-current={current ? "true" : undefined}
            className={cn(
              "truncate text-[13px] font-medium outline-none after:absolute after:inset-0",
              gone && "text-ink-3",
            )}
          >
            {title}
          </Link>
        </div>
        <div className="mt-1 flex min-h-[22px] items-center gap-2 text-xs text-ink-3">
          {gone ? <Ended row={row} /> : <Line row={row} />}
        </div>
      </div>
    </li>
  )
}

function Line({ row }: { row: Approval }) {
  if (row.held) return <HeldLine held={row.held} />
  if (row.state !== "open") return <Answered row={row} />
  return (
    <>
      <Risk risk={row.risk} />
      {row.amount !== null && <Money value={row.amount} className="text-ink-2" />}
      {row.confidence !== null && <span className="num">{percent(row.confidence)} sure</span>}
      <span className="ml-auto flex min-w-0 items-center gap-2">
        {row.assignee_name && <span className="truncate">{row.assignee_name}</span>}
        <Due row={row} className="text-2xs" />
      </span>
    </>
  )
}

/** What the held answer will be, and when. */
export function HeldLine({ held, mine }: { held: NonNullable<Approval["held"]>; mine?: boolean }) {
  const left = useSecondsUntil(Date.parse(held.until))
  return (
    <span className="inline-flex min-w-0 items-center gap-1 text-review">
      <Hourglass aria-hidden className="size-3.5 shrink-0" />
      <span className="num truncate">
        {doneWord(held.answer)}
        {!mine && ` by ${actor(held.by)}`}: {left > 0 ? `carried out in ${left} s` : "being carried out"}
      </span>
    </span>
  )
}

function Answered({ row }: { row: Approval }) {
  if (row.state === "answered" && row.answer) {
    const Sign = SIGNS[row.answer]
    return (
      <>
        <span className="inline-flex shrink-0 items-center gap-1 font-medium text-ink-2">
          <Sign aria-hidden className="size-3.5" /> {doneWord(row.answer)}
        </span>
        {row.answered_by && <span className="truncate">by {actor(row.answered_by)}</span>}
        {row.answered_at && <When at={row.answered_at} className="ml-auto text-2xs" />}
      </>
    )
  }
  return (
    <>
      <span className="truncate">{ENDS[row.state] ?? words(row.state)}</span>
      <When at={row.answered_at ?? row.due_at} className="ml-auto text-2xs" />
    </>
  )
}

const ENDS: Partial<Record<Approval["state"], string>> = {
  expired: "Nobody answered in time",
  stale: "Decided anew: the case had changed",
  withdrawn: "Withdrawn",
}

/** A row that left the list while it was on show: who answered it. */
function Ended({ row }: { row: Approval }) {
  const end = useQuery(endQuery(row.id))
  const over = useIsOver(row.due_at)
  const found = end.data?.items.find((each) => each.id === row.id)
  if (found?.answered_by)
    return (
      <span className="truncate">
        {found.answer ? doneWord(found.answer) : "Answered"} by {actor(found.answered_by)} just now
      </span>
    )
  if (over) return <span className="truncate">{ENDS.expired}</span>
  return (
    <span className="truncate">{end.isPending ? "No longer open" : "No longer open, or no longer in this list"}</span>
  )
}
