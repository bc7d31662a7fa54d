import { Link } from "@tanstack/react-router"
import { useState } from "react"
import { useCan } from "@/app/session"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { actor } from "@/ui/format"
import { When } from "@/ui/when"
import { Figure } from "../parts/figure"
import { useModelActs } from "./acting"
import { ALIAS_NAMES, AliasBadge, type AliasName, aliasDoes } from "./alias"
import type { Model } from "./queries"
import { Validated } from "./verdict-card"
import { algorithmWord } from "./words"

/** What answers for a model: champion, challenger and shadow, each with its share and figure. */
export function AnsweringCard({ model }: { model: Model }) {
  const can = useCan()
  const acts = useModelActs(model)
  const [taken, setTaken] = useState<AliasName | null>(null)
  const standing = ALIAS_NAMES.flatMap((alias) => model[alias] ?? [])
  if (standing.length === 0) return null
  return (
    <Card title="What answers">
      <ul className="flex flex-col divide-y">
        {standing.map((each) => (
          <li key={each.alias} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 first:pt-0 last:pb-0">
            <span className="w-28">
              <AliasBadge alias={each.alias} />
            </span>
            <div className="min-w-0 flex-1 basis-64">
              <p className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5 text-[13px]">
                <Link
                  to="/models/$modelId"
                  params={{ modelId: model.id }}
                  search={{ tab: "versions", version: each.number }}
                  className="font-medium hover:underline"
                >
                  Version {each.number}
                </Link>
                <span className="text-ink-2">{algorithmWord(each.algorithm)}</span>
                <Figure of={each} />
                {!each.validated && <Validated yes={false} />}
              </p>
              <p className="text-xs text-ink-3">
                {aliasDoes(each.alias, each.share)}; since <When at={each.since} className="text-xs" /> by{" "}
                {actor(each.changed_by)}
              </p>
            </div>
            {can("ai_analytics:manage") && (
              <Button size="sm" variant="ghost" onClick={() => setTaken(each.alias)}>
                Take away<span className="sr-only"> the {each.alias}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Confirm
        open={taken !== null}
        onClose={() => setTaken(null)}
        title={`Let there be no ${taken}?`}
        confirm="Take away"
        danger={taken === "champion"}
        reason
        onConfirm={(reason) => acts.takeAway(taken!, reason)}
      >
        {taken === "champion"
          ? "Without a champion the model answers no more, until a version is deployed."
          : "It answers no more, and the comparison with the champion ends."}
      </Confirm>
    </Card>
  )
}
