import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { AlarmClock, Check, Eye, MoonStar, X } from "lucide-react"
import { Copy, Facts, Kbd, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, count, plain, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import type { Acting, Ending } from "./acting"
import { Assign } from "./assign"
import { History } from "./history"
import { type AlertDetail, alertQuery } from "./queries"
import { RefersTo } from "./refers-to"
import { Severity } from "./severity"

interface Props {
  acting: Acting
  /** Whether the reader may do anything about it. */
  may: boolean
  onSnooze: () => void
  onEnd: (state: Ending) => void
}

/** One alert: what it is, what it is about, who looks after it, and what can be done. */
export function Detail({ alertId, ...props }: Props & { alertId: string }) {
  const alert = useQuery(alertQuery(alertId))
  return <Fetched query={alert}>{(row) => <Body row={row} {...props} />}</Fetched>
}

function Body({ row, acting, may, onSnooze, onEnd }: Props & { row: AlertDetail }) {
  const details = Object.entries(row.detail).filter(
    ([name, value]) => !name.endsWith("_id") && name !== "why" && value !== null && value !== "",
  )
  return (
    <div className="flex flex-col gap-5">
      <div>
        <Severity level={row.severity} />
        <h2 className="mt-2 text-base leading-6 font-semibold first-letter:uppercase">{row.title}</h2>
        {typeof row.detail.why === "string" && <p className="mt-1 text-[13px] text-ink-2">{row.detail.why}</p>}
      </div>
      {may && row.state === "open" && (
        <div className="flex flex-wrap gap-1.5">
          {!row.acknowledged_by && (
            <Button busy={acting.acknowledge.isPending} onClick={() => acting.acknowledge.mutate([row.id])}>
              {!acting.acknowledge.isPending && <Eye aria-hidden />} Acknowledge <Key>a</Key>
            </Button>
          )}
          {row.snoozed ? (
            <Button busy={acting.wake.isPending} onClick={() => acting.wake.mutate(row.id)}>
              {!acting.wake.isPending && <AlarmClock aria-hidden />} Wake
            </Button>
          ) : (
            <Button onClick={onSnooze}>
              <MoonStar aria-hidden /> Snooze <Key>s</Key>
            </Button>
          )}
          <Button variant="solid" onClick={() => onEnd("resolved")}>
            <Check aria-hidden /> Resolve… <Key>e</Key>
          </Button>
          <Button variant="ghost" onClick={() => onEnd("cleared")}>
            <X aria-hidden /> Clear…
          </Button>
        </div>
      )}
      {row.state !== "open" && (
        <Notice>
          {words(row.state)}
          {row.ended_by && ` by ${actor(row.ended_by)}`} {row.ended_at && <When at={row.ended_at} />}
          {row.note && <p className="mt-1 break-words whitespace-pre-wrap text-ink">{row.note}</p>}
        </Notice>
      )}
      <Facts
        items={[
          ["Assigned to", <Assign key="assignee" row={row} acting={acting} may={may && row.state === "open"} />],
          ["Seen", row.count === 1 ? "once" : `${count(row.count)} times`],
          ["First seen", <When key="raised" at={row.raised_at} />],
          ["Last seen", <When key="last" at={row.last_at} />],
          ["Kind", words(row.kind)],
          ...(row.component ? ([["Component", words(row.component)]] as [string, string][]) : []),
          ...acknowledged(row),
          ...snoozed(row),
        ]}
      />
      <RefersTo references={row.refers_to} />
      {details.length > 0 && (
        <section>
          <h3 className="mb-1.5 text-[13px] font-semibold">Details</h3>
          <Facts items={details.map(([name, value]): [string, string] => [words(name), plain(value)])} />
        </section>
      )}
      <History alertId={row.id} />
      <div className="flex flex-col gap-1 text-xs text-ink-3">
        <span className="flex items-center gap-1">
          Cause <Copy text={row.cause} label="Copy cause" />
        </span>
        <Link to="/alerts" search={{ cause: row.cause, state: "resolved" }} className="w-fit hover:underline">
          Earlier alerts of this cause that were resolved
        </Link>
      </div>
    </div>
  )
}

const Key = ({ children }: { children: string }) => (
  <Kbd aria-hidden className="hidden md:inline-flex">
    {children}
  </Kbd>
)

const acknowledged = ({ acknowledged_by: by, acknowledged_at: at }: AlertDetail): [string, React.ReactNode][] =>
  by && at
    ? [
        [
          "Acknowledged",
          <span key="seen">
            {actor(by)}, <When at={at} clock="system" />
          </span>,
        ],
      ]
    : []

const snoozed = ({ snoozed, snoozed_until: until, snoozed_by: by }: AlertDetail): [string, React.ReactNode][] =>
  snoozed && until
    ? [
        [
          "Snoozed",
          <span key="snoozed">
            {by && `by ${actor(by)}, `}back <When at={until} clock="system" />
          </span>,
        ],
      ]
    : []
