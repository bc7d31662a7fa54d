import { useState } from "react"
import type { Schema } from "@/api/client"
import { Card, Copy } from "@/ui/basics"
import { Button } from "@/ui/button"
import { count, duration, words } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { When } from "@/ui/when"

/** Errors of the last 24 hours, those of one cause as one. */
export const Faults = ({ faults }: { faults: Schema["FaultView"][] }) => (
  <Card title="Errors of the last 24 hours">
    {faults.length === 0 ? (
      <p className="text-[13px] text-ink-3">None was met.</p>
    ) : (
      <ul className="flex flex-col">
        {faults.map((fault) => (
          <li key={fault.fingerprint} className="border-t py-2.5 text-[13px] first:border-0 first:pt-0">
            <div className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 font-medium break-words">{fault.kind}</span>
              <span className="shrink-0 text-xs text-ink-3">
                <span className="num">{count(fault.count)}</span> {fault.count === 1 ? "time" : "times"}, last{" "}
                <When at={fault.last_at} clock="system" />
              </span>
            </div>
            <p className="text-xs break-words text-ink-3">
              {fault.event} in {fault.roles.join(" and ")}
              {fault.place && (
                <>
                  , at <span className="mono">{fault.place}</span>
                </>
              )}
            </p>
            <p className="mt-0.5 flex flex-wrap gap-x-4 text-xs text-ink-3">
              <span className="inline-flex min-w-0 items-center gap-1">
                In the logs as <Copy text={fault.fingerprint} label="Copy the fingerprint" />
              </span>
              {fault.last_request_id && (
                <span className="inline-flex min-w-0 items-center gap-1">
                  Last request <Copy text={fault.last_request_id} label="Copy the request id" />
                </span>
              )}
            </p>
          </li>
        ))}
      </ul>
    )}
  </Card>
)

const SECOND = 1_000
/** So many stand there until one asks for more. */
const SHOWN = 5

/** Statements that took long lately, without their values. */
export function SlowStatements({ queries }: { queries: Schema["SlowQueryView"][] }) {
  const [all, setAll] = useState(false)
  return (
    <Card title="Slow statements">
      {queries.length === 0 ? (
        <p className="text-[13px] text-ink-3">No statement took long lately.</p>
      ) : (
        <ul className="flex flex-col">
          {queries.slice(0, all ? undefined : SHOWN).map((slow, at) => (
            <li key={`${slow.at} ${slow.statement}`} className="border-t py-2.5 text-[13px] first:border-0 first:pt-0">
              <div className="flex items-baseline justify-between gap-3">
                <span className="num font-medium">
                  {slow.milliseconds >= 10 * SECOND
                    ? duration(slow.milliseconds / SECOND)
                    : `${count(Math.round(slow.milliseconds))} ms`}
                </span>
                <span className="min-w-0 truncate text-xs text-ink-3">
                  {words(slow.role)}
                  {slow.caller && ` · ${slow.caller}`} · <When at={slow.at} clock="system" />
                </span>
              </div>
              <Scroll
                label={`Statement ${at + 1}`}
                className="mt-1 max-h-24 overflow-auto rounded-control bg-sunken px-2 py-1"
              >
                <code className="mono text-xs break-words whitespace-pre-wrap">{slow.statement}</code>
              </Scroll>
            </li>
          ))}
        </ul>
      )}
      {queries.length > SHOWN && (
        <Button size="sm" className="w-full" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${count(queries.length)}`}
        </Button>
      )}
    </Card>
  )
}
