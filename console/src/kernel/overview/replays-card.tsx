import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { query } from "@/api/client"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { count, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"

const SHOWN = 4

/** The newest replays: what would have been decided about past cases. */
export function ReplaysCard() {
  const replays = useQuery(query.queryOptions("get", "/api/v1/replays", { params: { query: { limit: SHOWN } } }))
  return (
    <Card
      title="Replays"
      actions={
        <Button size="sm" variant="ghost" asChild>
          <Link to="/replays">All replays</Link>
        </Button>
      }
    >
      <Fetched query={replays} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-[13px] text-ink-3">
              Ask what would have been decided about your own past cases:{" "}
              <code className="mono">intendant replay FILE</code>
            </p>
          ) : (
            <ul className="-mx-2">
              {items.map((replay) => (
                <li key={replay.id}>
                  <Link
                    to="/replays/$replayId"
                    params={{ replayId: replay.id }}
                    className="flex items-baseline gap-3 rounded-control px-2 py-1.5 text-[13px] hover:bg-sunken"
                  >
                    <span className="min-w-0 flex-1 truncate">{replay.name}</span>
                    <span className="num text-xs text-ink-3">
                      {replay.state === "done" ? `${count(replay.rows_total)} cases` : words(replay.state)}
                    </span>
                    <When at={replay.created_at} clock="system" className="text-xs" />
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Fetched>
    </Card>
  )
}
