import { useState } from "react"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { percent } from "@/ui/format"
import type { Report } from "./report"

const SHOWN = 12

/** What a version looks at, and how much each matters. */
export function FeaturesCard({ report }: { report: Report }) {
  const [all, setAll] = useState(false)
  const used = report.features.toSorted((first, second) => second.importance - first.importance)
  const most = used[0]?.importance || 1
  if (used.length === 0) return null
  return (
    <Card title="What it looks at">
      <ul className="flex flex-col gap-1.5 text-[13px]">
        {(all ? used : used.slice(0, SHOWN)).map((feature) => (
          <li key={feature.name}>
            <span className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 truncate" title={`${feature.name} (${feature.type})`}>
                {feature.name}
              </span>
              <span className="num text-xs text-ink-2">{percent(feature.importance, 1)}</span>
            </span>
            <span aria-hidden className="block h-1 rounded-full bg-line">
              <span
                className="block h-full rounded-full bg-accent"
                style={{ width: `${Math.max(0, (feature.importance / most) * 100)}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
      {used.length > SHOWN && (
        <Button size="sm" variant="ghost" className="mt-2" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? "Show fewer" : `Show all ${used.length}`}
        </Button>
      )}
      <p className="mt-3 text-xs text-ink-3">
        Shares of all that moves its answers. They say what it looks at, not what causes what.
      </p>
    </Card>
  )
}
