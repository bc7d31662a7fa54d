import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import type { Schema } from "@/api/client"
import { actor, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { Timeline } from "@/ui/timeline"
import { timelineQuery } from "./queries"

type Entry = Schema["TimelineEntry"]

/** What happened around a decision, from what was proposed to what became of it. */
export function DecisionTimeline({ decisionId }: { decisionId: string }) {
  const timeline = useQuery(timelineQuery(decisionId))
  return (
    <Fetched query={timeline} rows={3}>
      {({ entries }) => (
        <Timeline
          moments={entries.map((entry, index) => ({
            key: String(index),
            at: entry.at,
            clock: entry.clock,
            title: words(entry.what),
            detail: <Detail entry={entry} decisionId={decisionId} />,
          }))}
        />
      )}
    </Fetched>
  )
}

function Detail({ entry, decisionId }: { entry: Entry; decisionId: string }) {
  const about = entry.refers_to
  return (
    <>
      <p className="break-words text-ink-2">{entry.text}</p>
      <p>
        {entry.by && actor(entry.by)}
        {about?.type === "decision" && about.id !== decisionId && (
          <>
            {entry.by && " · "}
            <Link
              to="/decisions/$decisionId"
              params={{ decisionId: about.id }}
              search={{}}
              className="text-accent underline underline-offset-2"
            >
              Open that decision
            </Link>
          </>
        )}
      </p>
    </>
  )
}
