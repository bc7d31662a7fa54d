import { Link } from "@tanstack/react-router"
import { CircleUserRound, Eye, MoonStar } from "lucide-react"
import { Tip } from "@/ui/basics"
import { cn } from "@/ui/cn"
import { actor, count, words } from "@/ui/format"
import type { Entry } from "@/ui/merge"
import { When } from "@/ui/when"
import type { Alert } from "./queries"
import type { AlertSearch } from "./search"
import { Severity } from "./severity"

interface Props {
  entry: Entry<Alert>
  current: boolean
  checked: boolean
  search: AlertSearch
  selectable: boolean
  onToggle: (id: string) => void
}

/** One alert in the list: how bad, what, how often, where, whose, and when it was last seen. */
export function Row({ entry: { row, gone }, current, checked, search, selectable, onToggle }: Props) {
  return (
    <li
      data-id={row.id}
      className={cn(
        "relative flex items-center gap-3 border-b px-3 py-2 last:border-0 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-ring",
        current
          ? "bg-accent-soft before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:bg-accent"
          : "hover:bg-sunken/60 dark:hover:bg-raised/60",
      )}
    >
      {selectable && (
        <span className="relative z-10 -m-2 p-2">
          <input
            type="checkbox"
            aria-label={`Select ${row.title}`}
            className="block size-4 accent-accent disabled:opacity-40"
            checked={checked}
            disabled={gone}
            onChange={() => onToggle(row.id)}
          />
        </span>
      )}
      <span className="w-[5.5rem] shrink-0">
        <Severity level={row.severity} className={cn(gone && "opacity-60")} />
      </span>
      <div className="min-w-0 flex-1">
        <Link
          to="/alerts"
          search={{ ...search, peek: row.id }}
          replace
          resetScroll={false}
          preload={false}
          aria-current={current ? "true" : undefined}
          className={cn(
            "block truncate text-[13px] font-medium outline-none first-letter:uppercase after:absolute after:inset-0",
            gone && "text-ink-3",
          )}
        >
          {row.title}
        </Link>
        <div className="mt-0.5 flex min-w-0 items-center gap-x-2.5 text-xs text-ink-3">
          {gone ? (
            <span>No longer in this list</span>
          ) : (
            <>
              <span className="truncate">
                {[words(row.kind), row.component && words(row.component)].filter(Boolean).join(" · ")}
              </span>
              <Standing row={row} />
            </>
          )}
          <When at={row.last_at} className="ml-auto text-2xs sm:hidden" />
        </div>
      </div>
      <span className="hidden w-32 shrink-0 items-center gap-1.5 text-xs text-ink-2 md:flex">
        {row.assignee && (
          <>
            <CircleUserRound aria-hidden className="size-3.5 shrink-0" />
            <span className="truncate">{row.assignee_name ?? "A former member"}</span>
          </>
        )}
      </span>
      <span className="num w-12 shrink-0 text-right text-xs text-ink-2">
        {row.count > 1 && (
          <Tip label={`Seen ${count(row.count)} times`}>
            <span>
              <span aria-hidden>×{count(row.count)}</span>
              <span className="sr-only">seen {count(row.count)} times</span>
            </span>
          </Tip>
        )}
      </span>
      <span className="hidden w-24 shrink-0 text-right text-xs sm:block">
        <When at={row.last_at} />
      </span>
    </li>
  )
}

/** Where an alert stands, when it is not merely open. */
function Standing({ row }: { row: Alert }) {
  if (row.state !== "open")
    return (
      <span className="truncate">
        {words(row.state)}
        {row.ended_by && ` by ${actor(row.ended_by)}`}
      </span>
    )
  if (row.snoozed && row.snoozed_until)
    return (
      <span className="inline-flex shrink-0 items-center gap-1">
        <MoonStar aria-hidden className="size-3.5" /> Snoozed, back <When at={row.snoozed_until} clock="system" />
      </span>
    )
  if (row.acknowledged_by)
    return (
      <span className="inline-flex min-w-0 items-center gap-1">
        <Eye aria-hidden className="size-3.5 shrink-0" />
        <span className="truncate">Seen by {actor(row.acknowledged_by)}</span>
      </span>
    )
  return null
}
