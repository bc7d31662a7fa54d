import type { ReactNode } from "react"
import { When } from "./when"

export interface Moment {
  key: string
  at: string
  clock?: "business" | "system"
  title: ReactNode
  detail?: ReactNode
}

/** What happened, one after the other. */
export function Timeline({ moments }: { moments: Moment[] }) {
  return (
    <ol className="relative ml-1.5 border-l pl-4">
      {moments.map((moment) => (
        <li key={moment.key} className="relative pb-3.5 last:pb-0">
          <span
            aria-hidden
            className="absolute top-1.5 -left-[21px] size-2.5 rounded-full border-2 border-accent bg-surface"
          />
          <div className="flex justify-between gap-2 text-[13px]">
            <span className="font-medium">{moment.title}</span>
            <When at={moment.at} clock={moment.clock} className="text-2xs" />
          </div>
          {moment.detail && <div className="text-xs text-ink-3">{moment.detail}</div>}
        </li>
      ))}
    </ol>
  )
}
