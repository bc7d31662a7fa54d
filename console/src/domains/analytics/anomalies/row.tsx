import { Link } from "@tanstack/react-router"
import { CircleUserRound, Layers, TrendingDown, TrendingUp } from "lucide-react"
import { useOrganization } from "@/app/session"
import { Severity } from "@/kernel/alerts/severity"
import { cn } from "@/ui/cn"
import { When } from "@/ui/when"
import type { Bundle } from "./inbox"
import type { AnomaliesSearch } from "./search"
import { impactWord, inUnit, stateWord, titleOf, unitWord } from "./words"

const NAMES_SHOWN = 2

/** What else happened with it: "with Support calls and 2 more". */
function together({ head, rows }: Bundle): string {
  const names = rows.filter(({ id }) => id !== head.id).map(({ name }) => name)
  const shown = names.slice(0, NAMES_SHOWN)
  const more = head.group_size - 1 - shown.length
  return `with ${[...shown, ...(more > 0 ? [`${more} more`] : [])].join(more > 0 || shown.length > 1 ? ", " : "")}`
}

/** One happening in the list: what moved and by how much, what it cost, what moved with it, and whose it is. */
export function Row({
  bundle,
  current,
  push,
  search,
}: {
  bundle: Bundle
  current: boolean
  push: boolean
  search: AnomaliesSearch
}) {
  const { head, gone } = bundle
  const currency = useOrganization()?.currency ?? "USD"
  const Trend = head.direction === "up" ? TrendingUp : TrendingDown
  const unit = unitWord(head.unit)
  return (
    <li
      data-id={head.id}
      className={cn(
        "relative border-b px-3 py-2.5 last:border-0 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-ring",
        current
          ? "bg-accent-soft before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:bg-accent"
          : "hover:bg-sunken/60 dark:hover:bg-raised/60",
      )}
    >
      <div className="flex items-center justify-between gap-2">
        <Severity level={head.severity} />
        <When at={head.started_at} className="text-xs" />
      </div>
      <Link
        to="/anomalies"
        search={{ ...search, id: head.id }}
        replace={!push}
        resetScroll={false}
        preload={false}
        aria-current={current ? "true" : undefined}
        className={cn(
          "mt-1.5 block truncate text-[13px] font-medium outline-none after:absolute after:inset-0",
          gone && "text-ink-3",
        )}
      >
        {titleOf(head)}
      </Link>
      {gone ? (
        <p className="mt-0.5 text-xs text-ink-3">No longer in this list</p>
      ) : (
        <>
          <p className="num mt-0.5 flex min-w-0 items-center gap-1.5 text-xs text-ink-2">
            <Trend aria-hidden className="size-3.5 shrink-0 text-ink-3" />
            <span className="truncate">
              {inUnit(head.value, head.unit, currency)} {unit && `${unit} `}
              <span className="text-ink-3">instead of {inUnit(head.expected, head.unit, currency)}</span>
            </span>
            {head.impact && <span className="ml-auto shrink-0 whitespace-nowrap">{impactWord(head.impact)}</span>}
          </p>
          {(head.group_size > 1 || head.assignee || search.state === "all") && (
            <p className="mt-1 flex min-w-0 items-center gap-3 text-xs text-ink-3">
              {head.group_size > 1 && (
                <span className="inline-flex min-w-0 items-center gap-1">
                  <Layers aria-hidden className="size-3.5 shrink-0" />
                  <span className="truncate">{together(bundle)}</span>
                </span>
              )}
              {head.assignee && (
                <span className="inline-flex min-w-0 items-center gap-1">
                  <CircleUserRound aria-hidden className="size-3.5 shrink-0" />
                  <span className="truncate">{head.assignee.name || "A former member"}</span>
                </span>
              )}
              {search.state === "all" && <span className="ml-auto">{stateWord(head.state)}</span>}
            </p>
          )}
        </>
      )}
    </li>
  )
}
