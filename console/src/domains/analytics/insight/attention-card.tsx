import { Link } from "@tanstack/react-router"
import { CircleCheck } from "lucide-react"
import { type ReactNode, useState } from "react"
import { Severity } from "@/kernel/alerts/severity"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { When } from "@/ui/when"
import type { Attention } from "./queries"

const FIRST_SHOWN = 5

/** What a person should look at, the most pressing first. */
export function AttentionCard({ items }: { items: Attention[] }) {
  const [all, setAll] = useState(false)
  if (items.length === 0)
    return (
      <p className="card flex items-center gap-2 px-4 py-3 text-[13px]">
        <CircleCheck aria-hidden className="size-4 text-ink-3" />
        Nothing wants your attention: no model has fallen, no data has moved, nothing is overdue.
      </p>
    )
  const shown = all ? items : items.slice(0, FIRST_SHOWN)
  return (
    <Card title="Wants attention">
      <ul className="-my-1 flex flex-col">
        {shown.map((each) => (
          <li
            key={each.alert_id ?? `${each.kind} ${each.model_id} ${each.title}`}
            className="flex flex-wrap items-start gap-x-3 gap-y-1 border-t py-2.5 first:border-0"
          >
            <span className="w-20 shrink-0">
              <Severity level={each.severity} />
            </span>
            <div className="min-w-0 flex-1 basis-64">
              <p className="text-[13px] font-medium break-words">
                <Opened of={each}>{each.title}</Opened>
              </p>
              {each.words && <p className="line-clamp-2 text-[13px] break-words text-ink-3">{each.words}</p>}
            </div>
            {each.at && <When at={each.at} className="text-xs" />}
          </li>
        ))}
      </ul>
      {items.length > FIRST_SHOWN && (
        <Button size="sm" variant="ghost" className="mt-1" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show the most pressing" : `Show ${items.length - FIRST_SHOWN} more`}
        </Button>
      )}
    </Card>
  )
}

const TABS: Partial<Record<Attention["kind"], "monitoring" | "predictions" | "overview">> = {
  training: "overview",
  age: "overview",
  outcomes: "predictions",
}

/** To where the matter can be looked into: the model's own page before the alert. */
function Opened({ of: { kind, model_id, alert_id }, children }: { of: Attention; children: ReactNode }) {
  const looks = "hover:underline"
  if (kind === "anomaly")
    return (
      <Link to="/anomalies" search={{}} className={looks}>
        {children}
      </Link>
    )
  if (model_id)
    return (
      <Link
        to="/models/$modelId"
        params={{ modelId: model_id }}
        search={{ tab: TABS[kind] ?? "monitoring" }}
        className={looks}
      >
        {children}
      </Link>
    )
  if (alert_id)
    return (
      <Link to="/alerts" search={{ peek: alert_id }} className={looks}>
        {children}
      </Link>
    )
  return children
}
