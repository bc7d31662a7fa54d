import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { actor, words } from "@/ui/format"
import { Timeline } from "@/ui/timeline"
import { historyQuery } from "./queries"

const ACTS: Record<string, string> = {
  "analytics.anomaly.detected": "Found",
  "analytics.anomaly.changed": "Changed",
}

/** Who did what about it, as the sealed log has it. */
export function History({ anomalyId }: { anomalyId: string }) {
  const items = useQuery(historyQuery(anomalyId)).data?.items.filter(({ body }) => body !== null)
  if (!items || items.length === 0) return null
  return (
    <section>
      <h3 className="mb-2 text-[13px] font-semibold">History</h3>
      <Timeline
        moments={items.flatMap(({ id, body }) =>
          body
            ? [
                {
                  key: id,
                  at: body.at,
                  clock: "system" as const,
                  title: ACTS[body.act] ?? words(body.act),
                  detail: `by ${actor(body.actor)}`,
                },
              ]
            : [],
        )}
      />
      <Link
        to="/audit"
        search={{ subject: `anomaly:${anomalyId}` }}
        className="mt-2 inline-block text-xs text-ink-3 hover:underline"
      >
        All of it in the audit log
      </Link>
    </section>
  )
}
