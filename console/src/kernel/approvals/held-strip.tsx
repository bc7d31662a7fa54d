import { Hourglass } from "lucide-react"
import { Button } from "@/ui/button"
import { count } from "@/ui/format"
import type { Answering } from "./answering"
import { last } from "./given"
import type { Approval } from "./queries"
import { HeldLine } from "./row"

const NAMED_MAX = 2

/** One's own answers that are about to be carried out, above the list they have left. */
export function HeldStrip({ rows, answering, onShow }: { rows: Approval[]; answering: Answering; onShow: () => void }) {
  if (rows.length === 0) return null
  const takeAll = () => {
    const given = last()
    const ids = rows.map(({ id }) => id)
    if (given && given.ids.length === ids.length && ids.every((id) => given.ids.includes(id)))
      void answering.takeBack(given)
    else void answering.takeBack({ ids, until: 0, dismiss: () => undefined })
  }
  return (
    <section aria-label="About to be carried out" className="border-b bg-review-soft px-3 py-2 text-xs text-review">
      {rows.length > NAMED_MAX ? (
        <div className="flex items-center justify-between gap-2">
          <button type="button" className="inline-flex items-center gap-1 font-medium hover:underline" onClick={onShow}>
            <Hourglass aria-hidden className="size-3.5" /> {count(rows.length)} answers are about to be carried out
          </button>
          <Button size="sm" onClick={takeAll}>
            Take all back
          </Button>
        </div>
      ) : (
        <ul className="flex flex-col gap-1.5">
          {rows.map((row) => (
            <li key={row.id} className="flex items-center justify-between gap-2">
              <div className="min-w-0">
                <p className="truncate font-medium text-ink">{row.reference ?? row.summary}</p>
                {row.held && <HeldLine held={row.held} mine />}
              </div>
              <Button size="sm" onClick={() => void answering.release(row.id)}>
                Take back
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
