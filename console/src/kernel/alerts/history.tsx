import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { query, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { actor, words } from "@/ui/format"
import { Failed } from "@/ui/states"
import { type Moment, Timeline } from "@/ui/timeline"
import { TOLD } from "../channels/states"
import { ALERTS } from "./queries"

type Entry = Schema["AlertTimeline"]["items"][number]
type Told = NonNullable<Entry["notification"]>
const REFRESH_MILLISECONDS = 10_000

/** What became of an alert: what people did, who was told when over which channel, and what came of that. */
export function History({ alertId }: { alertId: string }) {
  const may = useCan()("kernel:channel:read")
  const timeline = useQuery(
    query.queryOptions(
      "get",
      `${ALERTS}/{alert_id}/timeline`,
      { params: { path: { alert_id: alertId } } },
      { refetchInterval: REFRESH_MILLISECONDS },
    ),
  )
  return (
    <section aria-label="Timeline">
      <h3 className="mb-2 text-[13px] font-semibold">Timeline</h3>
      {timeline.error && !timeline.data ? (
        <Failed error={timeline.error} retry={() => void timeline.refetch()} />
      ) : (
        <>
          <Timeline moments={(timeline.data?.items ?? []).map(momentOf)} />
          {timeline.data && !timeline.data.items.some((entry) => entry.notification) && (
            <p className="mt-2 text-xs text-ink-3">
              Nobody was told over a channel.{" "}
              {may && (
                <Link to="/settings/$section" params={{ section: "channels" }} className="underline">
                  Channels and rules
                </Link>
              )}
            </p>
          )}
        </>
      )}
    </section>
  )
}

function momentOf(entry: Entry, at: number): Moment {
  const told = entry.notification
  if (told)
    return {
      key: told.id,
      at: entry.at,
      clock: "system",
      title: `${TOLD[entry.name]?.label ?? words(entry.name)}: ${told.channel_name}`,
      detail: explained(told),
    }
  const by = typeof entry.detail.by === "string" ? ` by ${actor(entry.detail.by)}` : ""
  const note = typeof entry.detail.note === "string" ? entry.detail.note : ""
  return {
    key: `${entry.name}-${at}`,
    at: entry.at,
    clock: "system",
    title: `${words(entry.name.split(".").at(-1) ?? entry.name)}${by}`,
    detail: note || undefined,
  }
}

/** Of what, by which rule, and why it did not arrive. */
const explained = ({ occasion, rule_name, step, why, delivery_why, attempts }: Told): string =>
  [
    occasion.startsWith("raised")
      ? `Told that it was raised (${occasion.split(":")[1] ?? "raised"})`
      : `Told that it was ${occasion}`,
    `by the rule ${rule_name}${step > 0 ? `, step ${step + 1}` : ""}`,
    attempts && attempts > 1 ? `after ${attempts} tries` : "",
    delivery_why ?? why ?? "",
  ]
    .filter(Boolean)
    .join(", ")
