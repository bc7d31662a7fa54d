import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { count, percent } from "@/ui/format"

/** What a component did in its last thirty business days, and how that turned out. */
export function RecordTiles({ record, label }: { record: Schema["RecordView"]; label: string }) {
  const share = (part: number, whole: number) => (whole ? percent(part / whole, 1) : "–")
  const more = record.capped ? "over " : ""
  return (
    <section aria-label={`Record of ${label}`} className="mt-4">
      <p className="mb-2 text-xs font-medium text-ink-2">Its record: the last 30 business days</p>
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-control border bg-line sm:grid-cols-3 xl:grid-cols-5">
        <Tile term="Decisions" value={more + count(record.decisions)}>
          {record.observed > 0
            ? `${count(record.observed)} observed only`
            : `${count(record.refused)} refused by the policy`}
        </Tile>
        <Tile term="Acted by itself" value={more + count(record.acted)}>
          {share(record.acted, record.decisions)} of its decisions
        </Tile>
        <Tile term="Asked a person" value={more + count(record.asked)}>
          {share(record.asked, record.decisions)} of its decisions
        </Tile>
        <Tile term="Overridden by people" value={more + count(record.overridden)}>
          {share(record.overridden, record.answered)} of {count(record.answered)} answers
        </Tile>
        <Tile term="Turned out right" value={record.accuracy === null ? "–" : percent(record.accuracy, 1)}>
          {record.matured === 0 ? "no outcome is known yet" : `of ${more}${count(record.matured)} with a known outcome`}
        </Tile>
      </dl>
    </section>
  )
}

const Tile = ({ term, value, children }: { term: string; value: string; children: ReactNode }) => (
  <div className="flex flex-col bg-surface px-3 py-2.5 last:col-span-2 xl:last:col-span-1">
    <dt className="text-xs text-ink-3">{term}</dt>
    <dd className="num mt-0.5 text-lg leading-6 font-semibold">{value}</dd>
    <dd className="text-xs text-ink-3">{children}</dd>
  </div>
)
