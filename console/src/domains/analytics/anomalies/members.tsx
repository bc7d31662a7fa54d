import { Link } from "@tanstack/react-router"
import { TrendingDown, TrendingUp } from "lucide-react"
import { useOrganization } from "@/app/session"
import { Severity } from "@/kernel/alerts/severity"
import { cn } from "@/ui/cn"
import { When } from "@/ui/when"
import type { AnomalyDetail } from "./queries"
import type { AnomaliesSearch } from "./search"
import { impactWord, inUnit, stateWord } from "./words"

/** What happened at the same time, the first to begin first. */
export function Members({ row, search }: { row: AnomalyDetail; search: AnomaliesSearch }) {
  const currency = useOrganization()?.currency ?? "USD"
  if (row.members.length < 2) return null
  return (
    <section>
      <h3 className="mb-1.5 text-[13px] font-semibold">
        Happened together <span className="num font-normal text-ink-3">{row.group_size}</span>
      </h3>
      <ul className="rounded-control border text-[13px]">
        {row.members.map((member) => {
          const Trend = member.direction === "up" ? TrendingUp : TrendingDown
          const isThis = member.id === row.id
          return (
            <li
              key={member.id}
              className={cn(
                "relative flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-2 last:border-0 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-ring",
                isThis ? "bg-sunken/60" : "hover:bg-sunken/60",
              )}
            >
              <span className="w-[5.5rem] shrink-0">
                <Severity level={member.severity} />
              </span>
              <span className="min-w-24 flex-1 truncate font-medium">
                {isThis ? (
                  <span aria-current="true">
                    {member.name} <span className="font-normal text-ink-3">(this one)</span>
                  </span>
                ) : (
                  <Link
                    to="/anomalies"
                    search={{ ...search, id: member.id }}
                    resetScroll={false}
                    preload={false}
                    className="outline-none after:absolute after:inset-0"
                  >
                    {member.name}
                  </Link>
                )}
              </span>
              <span className="num inline-flex items-center gap-1.5 text-xs text-ink-2">
                <Trend aria-hidden className="size-3.5 text-ink-3" />
                {inUnit(member.value, member.unit, currency)}
                <span className="text-ink-3">instead of {inUnit(member.expected, member.unit, currency)}</span>
              </span>
              <span className="num ml-auto text-right text-xs text-ink-2">
                {member.impact ? impactWord(member.impact) : stateWord(member.state)}
              </span>
              <When at={member.started_at} className="text-xs" />
            </li>
          )
        })}
      </ul>
    </section>
  )
}
