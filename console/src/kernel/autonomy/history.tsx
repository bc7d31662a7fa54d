import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { query, type Schema } from "@/api/client"
import { Button } from "@/ui/button"
import { actor } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { Timeline } from "@/ui/timeline"
import { LEVEL_WORDS } from "./levels"

const SHOWN_FIRST = 5

type Change = Schema["ComponentChange"]

/** Who changed a component's level or took control, when and why, newest first. */
export function History({ name, label }: { name: string; label: string }) {
  const [all, setAll] = useState(false)
  const detail = useQuery(query.queryOptions("get", "/api/v1/components/{name}", { params: { path: { name } } }))
  return (
    <section aria-label={`Changes of ${label}`} className="mt-4">
      <p className="mb-2 text-xs font-medium text-ink-2">Changes</p>
      <Fetched query={detail} rows={2}>
        {({ history }) =>
          history.length === 0 ? (
            <p className="text-[13px] text-ink-3">Nobody has changed it since it was set up.</p>
          ) : (
            <>
              <Timeline
                moments={(all ? history : history.slice(0, SHOWN_FIRST)).map((change) => ({
                  key: change.id,
                  at: change.at,
                  title: sentence(change),
                  detail: `“${change.why}”`,
                }))}
              />
              {history.length > SHOWN_FIRST && (
                <Button size="sm" variant="ghost" className="mt-2" onClick={() => setAll(!all)}>
                  {all ? "Show fewer" : `Show all ${history.length}`}
                </Button>
              )}
            </>
          )
        }
      </Fetched>
    </section>
  )
}

function sentence(change: Change): string {
  const who = change.by_name ?? actor(change.by)
  if (change.verb === "taken") return `${who} took control`
  if (change.verb === "handed_back") return `${who} handed it back`
  const [from, to] = [LEVEL_WORDS[change.before.level].label, LEVEL_WORDS[change.after.level].label]
  return from === to
    ? `${who} confirmed ${to.toLowerCase()}`
    : `${who} put it from ${from.toLowerCase()} on ${to.toLowerCase()}`
}
