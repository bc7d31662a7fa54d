import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Check, CircleHelp, X } from "lucide-react"
import { actor, percent, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { Money, When } from "@/ui/when"
import { Hidden } from "./hidden"
import { isHidden, similarQuery } from "./queries"

const FATES = {
  right: [Check, "was right"],
  wrong: [X, "was wrong"],
  open: [CircleHelp, "not known yet"],
} as const

const fateOf = (right: boolean | null) => FATES[right === null ? "open" : right ? "right" : "wrong"]

/** Settled cases that resemble this one, nearest first, and how they ended. */
export function SimilarCases({ decisionId }: { decisionId: string }) {
  const similar = useQuery(similarQuery(decisionId))
  if (isHidden(similar.error)) return <Hidden />
  return (
    <Fetched query={similar} rows={3}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-ink-3">No settled case resembles this one yet.</p>
        ) : (
          <ul className="flex flex-col divide-y">
            {items.map((each) => {
              const [Icon, fate] = fateOf(each.right)
              return (
                <li key={each.decision_id} className="py-2 first:pt-0 last:pb-0">
                  <div className="flex items-baseline justify-between gap-3">
                    <Link
                      to="/decisions/$decisionId"
                      params={{ decisionId: each.decision_id }}
                      className="truncate font-medium hover:underline"
                    >
                      {each.reference}
                    </Link>
                    <span className="flex shrink-0 items-center gap-1 text-xs text-ink-2">
                      <Icon aria-hidden className="size-3.5" /> {words(each.outcome)}
                      <span className="sr-only">: the action {fate}</span>
                    </span>
                  </div>
                  <p className="text-xs text-ink-2">
                    {words(each.action)} · <Money value={each.amount} />
                    {each.confidence !== null && ` · ${percent(each.confidence)} sure`} · {actor(each.decided_by)} ·{" "}
                    <When at={each.decided_at} />
                  </p>
                  <p className="text-xs text-ink-3">
                    {each.alike} <span className="num">{percent(1 - each.distance)} alike.</span>
                  </p>
                </li>
              )
            })}
          </ul>
        )
      }
    </Fetched>
  )
}
