import { useQuery } from "@tanstack/react-query"
import { Badge, Card } from "@/ui/basics"
import { actor, words } from "@/ui/format"
import { When } from "@/ui/when"
import { endedQuery } from "./proposals"

const LOOKED_AT = 50
const SHOWN = 8
const WITHOUT_VERSION = new Set(["rejected", "withdrawn", "cancelled", "expired", "displaced", "failed"])

/** Proposals that never became a version, newest first: how they ended, by whom and why. */
export function Ended({ kind }: { kind: string }) {
  const list = useQuery(endedQuery(kind, LOOKED_AT))
  const ended = (list.data?.items ?? []).filter((each) => WITHOUT_VERSION.has(each.state)).slice(0, SHOWN)
  if (ended.length === 0) return null
  return (
    <Card title="What did not come to hold">
      <ul className="-my-2 flex flex-col divide-y text-[13px]">
        {ended.map((each) => (
          <li key={each.id} className="py-2">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <Badge tone={each.state === "failed" || each.state === "displaced" ? "warn" : "neutral"}>
                {words(each.state)}
              </Badge>
              <span className="text-ink-2">by {actor(each.ended_by ?? "")}</span>
              {each.ended_at && <When at={each.ended_at} clock="system" />}
            </div>
            <p className="mt-1 break-words text-ink-2">
              {actor(each.author)}: “{each.reason}”
            </p>
            {each.end_reason && <p className="mt-0.5 text-xs break-words text-ink-3">{each.end_reason}</p>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
